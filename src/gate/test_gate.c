/* Each check of the gate on a report that it must complain about and on one that it must not. */
#include "gate/gate.h"

#include "base/testing.h"

/* A sound asset: a seat on a leg, both a metre wide. */
#define SOUND                                                                                                          \
	"{\"asset\": {\"bounds\": {\"min\": [0, 0, 0], \"max\": [1, 1, 1]}, \"diagonal\": 1.73, \"triangles\": 24},"   \
	" \"tolerance\": 0.0173, \"untagged\": [],"                                                                    \
	" \"parts\": [{\"part\": \"seat\", \"pieces\": 1, \"faces\": 6, \"bounds\": {\"min\": [0, 0, 0.9], \"max\": "  \
	"[1, 1, 1]},"                                                                                                  \
	"   \"pieces_detail\": [{\"object\": \"Seat\", \"supported\": true}]},"                                        \
	"  {\"part\": \"leg\", \"pieces\": 1, \"faces\": 6, \"bounds\": {\"min\": [0.4, 0.4, 0], \"max\": [0.6, 0.6, " \
	"0.9]},"                                                                                                       \
	"   \"pieces_detail\": [{\"object\": \"Leg\", \"supported\": true}]}],"                                        \
	" \"contacts\": [{\"a\": \"leg\", \"b\": \"seat\", \"gap\": 0, \"depth\": 0.001}]}"

#define MEASURED(code, severity, parts)                                                                                \
	"[{\"code\": \"" code "\", \"severity\": \"" severity "\", \"parts\": [" parts "], \"hint\": \"as "            \
	"measured\"}]"

#define PLAN                                                                                                           \
	"{\"triangles\": 1000, \"parts\": [{\"name\": \"seat\", \"count\": 1, \"touches\": [\"leg\"], \"symmetry\": "  \
	"[\"x\"],"                                                                                                     \
	"  \"bounds\": {\"min\": [0, 0, 0.9], \"max\": [1, 1, 1]}, \"at\": {\"width\": 1}},"                           \
	" {\"name\": \"leg\", \"count\": \"legs\", \"touches\": []}, {\"name\": \"cushion\", \"when\": \"cushion\"}]}"

static json_t *parse(const char *text)
{
	json_t *value = json_parse(text, strlen(text), G_MAXSIZE, NULL);
	assert_non_null(value);
	return value;
}

/* Changes one place of the sound report, "asset/triangles" or "parts/0/pieces", to a value written as JSON. */
static json_t *broken(const char *path, const char *value)
{
	json_t *report = parse(SOUND);
	json_t *at = report;
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	guint last = g_strv_length(names) - 1;
	for (guint i = 0; i < last; i++)
		at = json_is_array(at) ? json_array_get(at, strtoul(names[i], NULL, 10))
				       : json_object_get(at, names[i]);
	assert_non_null(at);
	if (json_is_array(at))
		json_array_set_new(at, strtoul(names[last], NULL, 10), parse(value));
	else
		json_object_set_new(at, names[last], parse(value));
	return report;
}

static void sound_asset_has_no_findings(void **state)
{
	g_autoptr(json_t) report = parse(SOUND);
	g_autoptr(json_t) plan = parse(PLAN);
	g_autoptr(json_t) values = parse("{\"legs\": 1, \"cushion\": false}");
	g_autoptr(json_t) findings = gate_check(report, plan, values);
	g_autoptr(json_t) without_plan = gate_check(report, NULL, NULL);
	assert_int_equal(json_array_size(findings), 0);
	assert_int_equal(json_array_size(without_plan), 0);
}

static void each_fault_is_found(void **state)
{
	static const struct {
		const char *path, *value, *code, *severity;
	} cases[] = {
		{"asset/triangles", "0", "asset.empty", "hard"},
		{"asset/triangles", "5000", "asset.triangles", "soft"},
		{"asset/name", "\"Coffee table\"", "scale.unusual", "soft"},
		{"findings", MEASURED("part.untagged", "soft", ""), "part.untagged", "soft"},
		{"findings", MEASURED("part.floating", "hard", "\"seat\""), "part.floating", "hard"},
		{"findings", MEASURED("part.gap", "soft", "\"seat\", \"bolt\""), "part.gap", "soft"},
		{"parts/0/pieces", "0", "part.missing", "hard"},
		{"parts/0/part", "\"board\"", "part.missing", "hard"},
		{"parts/1/pieces", "3", "part.count", "hard"},
		{"parts/0/bounds/min", "[0.3, 0, 0.9]", "part.place", "soft"},
		{"parts/0/mirror", "[0.1, 0]", "part.asymmetric", "soft"},
		{"contacts/0/gap", "0.05", "part.gap", "hard"},
		{"contacts", "[]", "part.gap", "hard"},
		{"contacts/0/depth", "0.5", "part.penetrates", "soft"},
	};
	g_autoptr(json_t) plan = parse(PLAN);
	g_autoptr(json_t) values = parse("{\"legs\": 1, \"cushion\": false}");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) report = broken(cases[i].path, cases[i].value);
		g_autoptr(json_t) findings = gate_check(report, plan, values);
		bool found = false;
		size_t k;
		json_t *finding;
		json_array_foreach (findings, k, finding) {
			assert_true(*json_str(finding, "hint", ""));
			found = found || (g_str_equal(json_str(finding, "code", ""), cases[i].code) &&
						 g_str_equal(json_str(finding, "severity", ""), cases[i].severity));
		}
		if (!found)
			fail_msg("%s = %s gives no %s %s", cases[i].path, cases[i].value, cases[i].severity,
				cases[i].code);
	}
}

static void size_off_the_blueprint_is_told(void **state)
{
	g_autoptr(json_t) report = parse(SOUND);
	g_autoptr(json_t) plan =
		parse("{\"scale_m\": [1, 1, 2], \"parts\": [{\"name\": \"seat\", \"size_m\": [2, 1, 0.1]}]}");
	g_autoptr(json_t) findings = gate_check(report, plan, NULL);
	assert_int_equal(json_array_size(findings), 2);
	assert_string_equal(json_str(json_array_get(findings, 0), "code", ""), "asset.size");
	assert_string_equal(json_str(json_array_get(findings, 1), "code", ""), "part.size");
}

static void values_decide_what_is_planned(void **state)
{
	g_autoptr(json_t) report = parse(SOUND);
	g_autoptr(json_t) plan = parse(PLAN);
	g_autoptr(json_t) with_cushion = parse("{\"legs\": 1, \"cushion\": true}");
	g_autoptr(json_t) missing = gate_check(report, plan, with_cushion);
	assert_int_equal(gate_count(missing, "hard"), 1);
	assert_string_equal(json_str(json_array_get(missing, 0), "code", ""), "part.missing");
	g_autoptr(json_t) four = parse("{\"legs\": 4, \"cushion\": \"none\"}");
	g_autoptr(json_t) miscounted = gate_check(report, plan, four);
	assert_string_equal(json_str(json_array_get(miscounted, 0), "code", ""), "part.count");
}

/* The first finding of a code, or NULL. */
static const json_t *of_code(const json_t *findings, const char *code)
{
	size_t i;
	json_t *finding;
	json_array_foreach ((json_t *)findings, i, finding) {
		if (g_str_equal(json_str(finding, "code", ""), code))
			return finding;
	}
	return NULL;
}

static void the_blueprint_knows_what_may_float(void **state)
{
	g_autoptr(json_t) floating = broken("findings", MEASURED("part.floating", "hard", "\"seat\""));
	g_autoptr(json_t) plan = parse("{\"parts\": [{\"name\": \"seat\", \"may_float\": true}, {\"name\": \"leg\"}]}");
	g_autoptr(json_t) none = gate_check(floating, plan, NULL);
	g_autoptr(json_t) without_plan = gate_check(floating, NULL, NULL);
	assert_int_equal(json_array_size(none), 0);
	assert_int_equal(gate_count(without_plan, "hard"), 1);
}

static void planned_contacts_are_judged_by_the_plan(void **state)
{
	g_autoptr(json_t) deep = broken("contacts/0/depth", "0.3");
	g_autoptr(json_t) apart = parse("{\"parts\": [{\"name\": \"seat\"}, {\"name\": \"leg\"}]}");
	g_autoptr(json_t) gross = gate_check(deep, apart, NULL);
	assert_int_equal(gate_count(gross, "hard"), 1);
	g_autoptr(json_t) slit = broken("findings", MEASURED("part.gap", "soft", "\"seat\", \"leg\""));
	g_autoptr(json_t) none = gate_check(slit, apart, NULL);
	g_autoptr(json_t) without_plan = gate_check(slit, NULL, NULL);
	assert_int_equal(json_array_size(none), 0);
	assert_int_equal(json_array_size(without_plan), 1);
	assert_true(gate_compare(none, gross) < 0);
	assert_true(gate_compare(gross, gross) == 0);
}

static void hints_say_which_way(void **state)
{
	g_autoptr(json_t) report =
		broken("contacts/0", "{\"a\": \"leg\", \"b\": \"seat\", \"gap\": 0.05, \"way\": [0, 0, 0.05]}");
	g_autoptr(json_t) plan = parse(PLAN);
	g_autoptr(json_t) findings = gate_check(report, plan, NULL);
	assert_non_null(
		strstr(json_str(of_code(findings, "part.gap"), "hint", ""), "move it by (0.0000, 0.0000, -0.0500) m"));
	g_autoptr(json_t) moved = broken("parts/0/bounds", "{\"min\": [0, 0, 1], \"max\": [1, 1, 1.1]}");
	g_autoptr(json_t) away = gate_check(moved, plan, NULL);
	assert_non_null(
		strstr(json_str(of_code(away, "part.place"), "hint", ""), "move seat by (0.0000, 0.0000, -0.1000) m"));
}

static void a_place_holds_for_its_values(void **state)
{
	g_autoptr(json_t) report = broken("parts/0/bounds/min", "[0.3, 0, 0.9]");
	g_autoptr(json_t) plan = parse(PLAN);
	g_autoptr(json_t) same = parse("{\"width\": 1.0, \"legs\": 1, \"cushion\": false}");
	g_autoptr(json_t) wider = parse("{\"width\": 2, \"legs\": 1, \"cushion\": false}");
	g_autoptr(json_t) found = gate_check(report, plan, same);
	g_autoptr(json_t) none = gate_check(report, plan, wider);
	assert_non_null(of_code(found, "part.place"));
	assert_int_equal(json_array_size(none), 0);
}

static void things_are_as_large_as_in_life(void **state)
{
	static const struct {
		const char *title, *severity;
	} cases[] = {{"Chair", NULL}, {"Red dining chair with armrests", NULL}, {"Coffee table", "soft"},
		{"Mug of tea", "soft"}, {"Toy mug", NULL}, {"Minimalist mug", "soft"}, {"Tray for a mug", NULL},
		{"Armchair, red", NULL}, {"Electric chair lift", NULL}, {"Rocket", "soft"}};
	g_autoptr(json_t) report = parse(SOUND);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) plan = json_make("{s:s}", "title", cases[i].title);
		g_autoptr(json_t) findings = gate_check(report, plan, NULL);
		const json_t *found = of_code(findings, "scale.unusual");
		assert_string_equal(json_str(found, "severity", ""), cases[i].severity ? cases[i].severity : "");
	}
	g_autoptr(json_t) millimetres = broken("asset/bounds/max", "[1000, 1000, 1000]");
	g_autoptr(json_t) plan = parse("{\"title\": \"Chair\"}");
	g_autoptr(json_t) gross = gate_check(millimetres, plan, NULL);
	assert_int_equal(gate_count(gross, "hard"), 1);
	g_autoptr(json_t) asked = parse("{\"title\": \"Chair\", \"scale_m\": [null, null, 1000]}");
	g_autoptr(json_t) as_asked = gate_check(millimetres, asked, NULL);
	assert_int_equal(json_array_size(as_asked), 0);
}

static void a_report_of_nonsense_is_survived(void **state)
{
	static const char *const reports[] = {
		"{}", "{\"asset\": 3, \"parts\": \"x\"}", "{\"parts\": [1, null, {}], \"contacts\": [{}]}"};
	g_autoptr(json_t) plan = parse(PLAN);
	for (guint i = 0; i < G_N_ELEMENTS(reports); i++) {
		g_autoptr(json_t) report = parse(reports[i]);
		g_autoptr(json_t) findings = gate_check(report, plan, NULL);
		assert_true(gate_count(findings, "hard") > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_asset_has_no_findings),
		cmocka_unit_test(each_fault_is_found),
		cmocka_unit_test(size_off_the_blueprint_is_told),
		cmocka_unit_test(values_decide_what_is_planned),
		cmocka_unit_test(the_blueprint_knows_what_may_float),
		cmocka_unit_test(planned_contacts_are_judged_by_the_plan),
		cmocka_unit_test(hints_say_which_way),
		cmocka_unit_test(a_place_holds_for_its_values),
		cmocka_unit_test(things_are_as_large_as_in_life),
		cmocka_unit_test(a_report_of_nonsense_is_survived),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
