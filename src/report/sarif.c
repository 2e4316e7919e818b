/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sarif.c - SARIF 2.1.0, for code hosts
 *
 * One run, one rule descriptor per rule of rules.def and per semantic patch that found something,
 * one result per finding. What the tasks of a finding do is one code flow, with a thread flow for
 * each chain. Ids go to partialFingerprints, so that hosts track findings as --baseline does.
 */
#include "report/report_p.h"

static json_t *message_value(const char *text)
{
	return json_pack("{s:o}", "text", json_text(text));
}

/* Code hosts show the short description in lists, the full one and the help beside a result. */
static json_t *descriptor_value(const char *name, const char *title, const char *help,
				enum severity severity)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:{s:s}}", "id", json_text(name), "shortDescription",
			 message_value(title), "fullDescription", message_value(title), "help",
			 message_value(help), "defaultConfiguration", "level",
			 severity_name(severity));
}

static json_t *rules_value(void)
{
	json_t *rules = json_array();

	for (int id = 0; id < RULE_IDS; id++) {
		const struct check_rule *rule = check_rule((enum rule_id)id);

		json_array_append_new(rules, descriptor_value(rule->name, rule->title, rule->help,
							      rule->severity));
	}
	return rules;
}

/* Rules of semantic patches are known by what they found; they get a descriptor then. */
static size_t rule_index(json_t *rules, const struct finding *f)
{
	const struct check_rule *rule = check_rule_find(f->rule);
	size_t i = RULE_IDS;

	if (rule)
		return (size_t)(rule - check_rule((enum rule_id)0));
	while (i < json_array_size(rules) &&
	       !g_str_equal(json_string_value(json_object_get(json_array_get(rules, i), "id")),
			    f->rule))
		i++;
	if (i == json_array_size(rules))
		json_array_append_new(rules,
				      descriptor_value(f->rule, f->help, f->help, f->severity));
	return i;
}

/* A file of the tree, or one elsewhere with its whole name. */
static json_t *artifact_value(const char *file)
{
	g_autofree char *uri = g_path_is_absolute(file) ? g_filename_to_uri(file, NULL, NULL)
							: g_uri_escape_string(file, "/", FALSE);
	json_t *value = json_pack("{s:o}", "uri", json_text(uri ? uri : file));

	if (!g_path_is_absolute(file))
		json_object_set_new(value, "uriBaseId", json_string("SRCROOT"));
	return value;
}

static json_t *location_value(const struct finding_step *step)
{
	json_t *region = json_pack("{s:i}", "startLine", (int)MAX(step->line, 1));
	json_t *location;

	if (step->column)
		json_object_set_new(region, "startColumn", json_integer(step->column));
	location = json_pack("{s:{s:o, s:o}}", "physicalLocation", "artifactLocation",
			     artifact_value(step->file), "region", region);
	if (*step->function)
		json_object_set_new(location, "logicalLocations",
				    json_pack("[{s:o, s:s}]", "name", json_text(step->function),
					      "kind", "function"));
	if (step->what)
		json_object_set_new(location, "message", message_value(step->what));
	return location;
}

static json_t *thread_value(const struct finding_path *path)
{
	json_t *locations = json_array(), *thread;

	for (size_t i = 0; i < path->n; i++)
		json_array_append_new(locations, json_pack("{s:o}", "location",
							   location_value(&path->steps[i])));
	thread = json_pack("{s:o}", "locations", locations);
	if (path->holds_label && path->acquires_label) {
		g_autofree char *text = g_strdup_printf("holds %s, takes %s", path->holds_label,
							path->acquires_label);

		json_object_set_new(thread, "message", message_value(text));
	}
	return thread;
}

/* What happens at once, or would have to: one flow of as many threads as there are chains. */
static json_t *flows_value(const struct finding *f)
{
	json_t *threads = json_array();

	for (size_t i = 0; i < f->n_paths; i++) {
		if (f->paths[i].n)
			json_array_append_new(threads, thread_value(&f->paths[i]));
	}
	if (json_array_size(threads))
		return json_pack("[{s:o}]", "threadFlows", threads);
	json_decref(threads);
	return json_array();
}

static json_t *result_value(const struct finding *f, json_t *rules)
{
	json_t *result;

	result = json_pack("{s:o, s:I, s:s, s:o, s:[o], s:o}", "ruleId", json_text(f->rule),
			   "ruleIndex", (json_int_t)rule_index(rules, f), "level",
			   severity_name(f->severity), "message", message_value(f->message),
			   "locations", location_value(&f->location), "codeFlows", flows_value(f));
	json_object_set_new(result, "partialFingerprints",
			    json_pack("{s:o}", "lockgraph/1", json_text(f->id)));
	json_object_set_new(result, "properties",
			    json_pack("{s:s}", "confidence", confidence_name(f->confidence)));
	return result;
}

/* Once one result has a state, all have. */
static bool has_states(const struct report *report)
{
	return report->diff || report->has_baseline;
}

static void add_suppressed(json_t *results, json_t *rules, const struct report *report)
{
	for (guint i = 0; i < report->suppressed->len; i++) {
		const struct report_suppression *s =
			&g_array_index(report->suppressed, struct report_suppression, i);
		json_t *result = result_value(s->finding, rules);

		json_object_set_new(result, "suppressions",
				    json_pack("[{s:s, s:s, s:o}]", "kind", s->kind, "status",
					      "accepted", "justification", json_text(s->why)));
		if (has_states(report))
			json_object_set_new(result, "baselineState",
					    json_string(s->was_there ? "unchanged" : "new"));
		json_array_append_new(results, result);
	}
}

static void add_fixed(json_t *results, json_t *rules, const struct report *report)
{
	for (guint i = 0; report->diff && i < report->diff->fixed->len; i++) {
		json_t *result = result_value(report->diff->fixed->pdata[i], rules);

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
			json_array_append_new(
				notes,
				json_pack("{s:s, s:o, s:[{s:{s:o}}]}", "level", "error", "message",
					  message_value(text), "locations", "physicalLocation",
					  "artifactLocation", artifact_value(failure->file)));
	}
	return json_pack("{s:b, s:o}", "executionSuccessful", 1, "toolExecutionNotifications",
			 notes);
}

static json_t *tool_value(json_t *rules)
{
	return json_pack("{s:{s:s, s:s, s:o}}", "driver", "name", "lockgraph", "version",
			 PACKAGE_VERSION, "rules", rules);
}

void sarif_write(const struct report *report, const struct report_style *style, FILE *to)
{
	json_t *results = json_array(), *rules = rules_value(), *root;

	(void)style;
	for (guint i = 0; i < report->findings->len; i++) {
		json_t *result = result_value(report->findings->pdata[i], rules);

		if (has_states(report))
			json_object_set_new(result, "baselineState", json_string("new"));
		json_array_append_new(results, result);
	}
	add_suppressed(results, rules, report);
	add_fixed(results, rules, report);
	root = json_pack("{s:s, s:s, s:[{s:o, s:{s:{s:o}}, s:[o], s:o}]}", "$schema",
			 "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
			 "runs", "tool", tool_value(rules), "originalUriBaseIds", "SRCROOT",
			 "description", message_value("the top folder of the kernel tree"),
			 "invocations", invocation_value(report), "results", results);
	json_dumpf(root, to, JSON_INDENT(1));
	fputc('\n', to);
	json_decref(root);
}
