/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sarif.c - SARIF 2.1.0, for code hosts
 *
 * One run, one rule descriptor per rule of rules.def, one result per finding; each chain is a
 * code flow. Ids go to partialFingerprints, so that hosts track findings as --baseline does.
 */
#include "report/report_p.h"

static json_t *message_value(const char *text)
{
	return json_pack("{s:o}", "text", json_text(text));
}

static json_t *rules_value(void)
{
	json_t *rules = json_array();

	for (int id = 0; id < RULE_IDS; id++) {
		const struct check_rule *rule = check_rule((enum rule_id)id);

		json_array_append_new(
			rules,
			json_pack("{s:s, s:o, s:o, s:{s:s}}", "id", rule->name, "shortDescription",
				  message_value(rule->title), "help", message_value(rule->help),
				  "defaultConfiguration", "level", severity_name(rule->severity)));
	}
	return rules;
}

static json_t *location_value(const struct finding_step *step)
{
	json_t *region = json_pack("{s:i}", "startLine", (int)MAX(step->line, 1));
	json_t *location;

	if (step->column)
		json_object_set_new(region, "startColumn", json_integer(step->column));
	location = json_pack("{s:{s:{s:o, s:s}, s:o}}", "physicalLocation", "artifactLocation",
			     "uri", json_text(step->file), "uriBaseId", "SRCROOT", "region",
			     region);
	json_object_set_new(location, "logicalLocations",
			    json_pack("[{s:o, s:s}]", "name", json_text(step->function), "kind",
				      "function"));
	if (step->what)
		json_object_set_new(location, "message", message_value(step->what));
	return location;
}

static json_t *flow_value(const struct finding_path *path)
{
	json_t *locations = json_array();

	for (size_t i = 0; i < path->n; i++)
		json_array_append_new(locations, json_pack("{s:o}", "location",
							   location_value(&path->steps[i])));
	return json_pack("{s:[{s:o}]}", "threadFlows", "locations", locations);
}

static json_t *result_value(const struct finding *f)
{
	json_t *flows = json_array(), *result;

	for (size_t i = 0; i < f->n_paths; i++) {
		if (f->paths[i].n)
			json_array_append_new(flows, flow_value(&f->paths[i]));
	}
	result = json_pack("{s:o, s:s, s:o, s:[o], s:o}", "ruleId", json_text(f->rule), "level",
			   severity_name(f->severity), "message", message_value(f->message),
			   "locations", location_value(&f->location), "codeFlows", flows);
	json_object_set_new(result, "partialFingerprints",
			    json_pack("{s:o}", "lockgraph/1", json_text(f->id)));
	json_object_set_new(result, "properties",
			    json_pack("{s:s}", "confidence", confidence_name(f->confidence)));
	return result;
}

static void add_suppressed(json_t *results, const struct report *report)
{
	for (guint i = 0; i < report->suppressed->len; i++) {
		const struct report_suppression *s =
			&g_array_index(report->suppressed, struct report_suppression, i);
		json_t *result = result_value(s->finding);

		json_object_set_new(result, "suppressions",
				    json_pack("[{s:s, s:o}]", "kind", s->kind, "justification",
					      json_text(s->why)));
		json_array_append_new(results, result);
	}
}

static void add_fixed(json_t *results, const struct report *report)
{
	for (guint i = 0; report->diff && i < report->diff->fixed->len; i++) {
		json_t *result = result_value(report->diff->fixed->pdata[i]);

		json_object_set_new(result, "baselineState", json_string("absent"));
		json_array_append_new(results, result);
	}
}

/* Units that could not be read, as SARIF's notifications. */
static json_t *invocation_value(const struct report *report)
{
	json_t *notes = json_array();

	for (guint i = 0; i < report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(report->failures, struct report_failure, i);
		g_autofree char *text = g_strdup_printf("%s: %s", failure->file, failure->why);

		if (!failure->around)
			json_array_append_new(notes, json_pack("{s:s, s:o}", "level", "error",
							       "message", message_value(text)));
	}
	return json_pack("{s:b, s:o}", "executionSuccessful", 1, "toolExecutionNotifications",
			 notes);
}

void sarif_write(const struct report *report, const struct report_style *style, FILE *to)
{
	json_t *results = json_array(), *root;

	(void)style;
	for (guint i = 0; i < report->findings->len; i++) {
		json_t *result = result_value(report->findings->pdata[i]);

		if (report->diff || report->has_baseline)
			json_object_set_new(result, "baselineState", json_string("new"));
		json_array_append_new(results, result);
	}
	add_suppressed(results, report);
	add_fixed(results, report);
	root = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:[o], s:o}]}", "$schema",
			 "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
			 "runs", "tool", "driver", "name", "lockgraph", "version", PACKAGE_VERSION,
			 "rules", rules_value(), "invocations", invocation_value(report), "results",
			 results);
	json_dumpf(root, to, JSON_INDENT(1));
	fputc('\n', to);
	json_decref(root);
}
