/* Keys: see secret.h. */
#include "base/secret.h"

#include <string.h>

struct secret {
	char *text;
};

struct secret *secret_new(const char *text)
{
	struct secret *secret = g_new(struct secret, 1);
	secret->text = g_strdup(text);
	return secret;
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret->text, strlen(secret->text));
	g_free(secret->text);
	g_free(secret);
}

const char *secret_reveal(const struct secret *secret)
{
	return secret->text;
}

char *secret_hide(const struct secret *secret, const char *text)
{
	if (!secret || !*secret->text)
		return g_strdup(text);
	g_auto(GStrv) pieces = g_strsplit(text, secret->text, -1);
	return g_strjoinv("***", pieces);
}
