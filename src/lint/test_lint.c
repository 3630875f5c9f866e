/* Each rule on a script that it must complain about and on one that it must not. */
#include "lint/lint.h"

#include "base/testing.h"

#define GOOD                                                                                                           \
	"\"\"\"A box.\"\"\"\nPARAMS = {\n    \"h\": 1.0,  # m, 0.1..2: height\n}\n\ndef build_box(p):\n    return "    \
	"[]\n\ndef build(p):\n    build_box(p)\n"

static void good_script_is_clean(void **state)
{
	g_autoptr(json_t) diagnostics = lint_check(GOOD, strlen(GOOD));
	assert_int_equal(json_array_size(diagnostics), 0);
}

static void each_fault_is_told(void **state)
{
	static const struct {
		const char *script;
		gsize len;
		const char *rule;
		bool blocks;
	} cases[] = {
#define CASE(text, rule, blocks) {text, sizeof text - 1, rule, blocks}
		CASE("", "contract", true),
		CASE("PARAMS = {}\ndef build_x(p):\n    return []\n", "contract", true),
		CASE("PARAMS = {}\ndef build(p):\n    pass\n", "contract", true),
		CASE("def build_x(p):\n    return []\ndef build(p):\n    pass\n", "contract", true),
		CASE("PARAMS = {}\ndef build_x(p):\n    return []\ndef build(p):\n    pass\n", "contract", false),
		CASE("\"\"\"x\"\"\"\nPARAMS = {\"a\": \"unterminated\n", "text", true),
		CASE("a\0b", "text", true),
		CASE("\xff\xfe", "text", true),
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) diagnostics = lint_check(cases[i].script, cases[i].len);
		if (json_array_size(diagnostics) == 0)
			fail_msg("case %u is not told", i);
		assert_string_equal(json_str(json_array_get(diagnostics, 0), "rule", ""), cases[i].rule);
		assert_int_equal(lint_blocks(diagnostics), cases[i].blocks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_script_is_clean), cmocka_unit_test(each_fault_is_told)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
