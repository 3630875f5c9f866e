/*
 * Certificates, shared: see trust_int.h. libcurl keeps a parsed store only within one multi handle, and every call here
 * has one of its own; so the store is ours, and libcurl is told to load none. That works where libcurl stands on
 * OpenSSL; elsewhere it is given the file.
 */
#include "net/trust_int.h"

#include "net/net.h"

#include <openssl/ssl.h>
#include <string.h>

struct trust {
	char *ca_file; /* or NULL */
	GMutex lock;
	X509_STORE *store; /* NULL before the first connection; guarded by lock, shared by count */
};

struct trust *trust_new(void)
{
	struct trust *trust = g_new0(struct trust, 1);
	g_mutex_init(&trust->lock);
	return trust;
}

void trust_free(struct trust *trust)
{
	if (!trust)
		return;
	X509_STORE_free(trust->store);
	g_mutex_clear(&trust->lock);
	g_free(trust->ca_file);
	g_free(trust);
}

void trust_set(struct trust *trust, const char *ca_file)
{
	g_free(trust->ca_file);
	trust->ca_file = g_strdup(ca_file);
}

static X509_STORE *load(const char *file)
{
	X509_STORE *store = X509_STORE_new();
	bool good = store && (file ? X509_STORE_load_file(store, file) : X509_STORE_set_default_paths(store)) == 1;
	/* As libcurl has it: a certificate in the store is trusted by itself, whoever signed it. */
	if (good && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST) == 1)
		return store;
	X509_STORE_free(store);
	return NULL;
}

static CURLcode share_store(CURL *easy, void *context, void *arg)
{
	struct trust *trust = arg;
	SSL_CTX_set1_cert_store(context, trust->store);
	return CURLE_OK;
}

bool trust_apply(struct trust *trust, CURL *easy, GError **error)
{
	const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
	const char *file = trust->ca_file ? trust->ca_file : version->cainfo;
	bool ours = version->ssl_version && g_str_has_prefix(version->ssl_version, "OpenSSL");
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* Debian's default parses the bundle for each connection */
	if (!ours) {
		if (trust->ca_file)
			curl_easy_setopt(easy, CURLOPT_CAINFO, trust->ca_file);
		return true;
	}
	g_mutex_lock(&trust->lock);
	if (!trust->store)
		trust->store = load(file);
	bool good = trust->store != NULL;
	g_mutex_unlock(&trust->lock);
	if (!good) {
		g_set_error(error, NET_ERROR, NET_ERROR_TLS, "the certificates in %s cannot be read",
			file ? file : "the system's place");
		return false;
	}
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, share_store);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, trust);
	return true;
}
