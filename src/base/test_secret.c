/* Keys that do not show. */
#include "base/secret.h"
#include "base/testing.h"

static void a_secret_is_hidden(void **state)
{
	OWN(secret) *secret = secret_new("sk-123");
	assert_string_equal(secret_reveal(secret), "sk-123");
	static const char *const cases[][2] = {
		{"", ""},
		{"bad key sk-123", "bad key ***"},
		{"sk-123sk-123 sk-12", "****** sk-12"},
		{"no key", "no key"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *hidden = secret_hide(secret, cases[i][0]);
		assert_string_equal(hidden, cases[i][1]);
		g_autofree char *same = secret_hide(NULL, cases[i][0]);
		assert_string_equal(same, cases[i][0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_secret_is_hidden)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
