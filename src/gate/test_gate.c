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

#define PLAN                                                                                                           \
	"{\"parts\": [{\"name\": \"seat\", \"count\": 1, \"touches\": [\"leg\"]},"                                     \
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
		{"asset/bounds/min", "[0, 0, 0.5]", "asset.off_ground", "hard"},
		{"asset/bounds/min", "[0, 0, -0.5]", "asset.off_ground", "hard"},
		{"asset/diagonal", "0.0001", "scale.implausible", "hard"},
		{"asset/diagonal", "100000", "scale.implausible", "hard"},
		{"untagged", "[\"Cube\"]", "asset.untagged", "soft"},
		{"parts/0/pieces", "0", "part.missing", "hard"},
		{"parts/0/part", "\"board\"", "part.missing", "hard"},
		{"parts/1/pieces", "3", "part.count", "hard"},
		{"parts/0/empty_objects", "[\"Seat\"]", "part.empty", "hard"},
		{"parts/0/non_finite", "2", "part.non_finite", "hard"},
		{"parts/0/zero_area_faces", "3", "part.degenerate", "hard"},
		{"parts/0/missing_material", "[\"Seat\"]", "material.missing", "hard"},
		{"parts/0/pieces_detail/0/supported", "false", "part.floating", "hard"},
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

static void may_float_and_unplanned_depth(void **state)
{
	g_autoptr(json_t) floating = broken("parts/0/pieces_detail/0/supported", "false");
	g_autoptr(json_t) plan = parse("{\"parts\": [{\"name\": \"seat\", \"may_float\": true}, {\"name\": \"leg\"}]}");
	g_autoptr(json_t) none = gate_check(floating, plan, NULL);
	assert_int_equal(json_array_size(none), 0);
	g_autoptr(json_t) deep = broken("contacts/0/depth", "0.3");
	g_autoptr(json_t) gross = gate_check(deep, plan, NULL);
	assert_int_equal(gate_count(gross, "hard"), 1);
	assert_true(gate_compare(none, gross) < 0);
	assert_true(gate_compare(gross, gross) == 0);
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
		cmocka_unit_test(may_float_and_unplanned_depth),
		cmocka_unit_test(a_report_of_nonsense_is_survived),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
