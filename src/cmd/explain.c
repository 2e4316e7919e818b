/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.c - lockgraph explain: a finding of the last run, or a rule, at length */
#include "base/datadir.h"
#include "cmd/analysis_p.h"
#include "cmd/outputs_p.h"

#include <stdio.h>
#include <string.h>

static void print_checklist(const char *items)
{
	if (*items)
		printf("RCU checklist (Documentation/RCU/checklist.rst): %s\n", items);
}

/* The rule's page where there is one, else what the table says. */
static void print_rule(const struct check_rule *rule)
{
	g_autofree char *name = g_strdup_printf("pages/%s.md", rule->name);
	g_autofree char *path = datadir_file(name);
	g_autofree char *page = NULL;

	if (g_file_get_contents(path, &page, NULL, NULL)) {
		fputs(page, stdout);
		return;
	}
	printf("%s (%s): %s\n", rule->name, severity_name(rule->severity), rule->title);
	if (*rule->lockdep_title)
		printf("lockdep at run time: %s\n", rule->lockdep_title);
	print_checklist(rule->checklist);
	printf("What to do: %s.\n", rule->help);
}

static void print_locks(const struct finding *f)
{
	printf("Locks:\n");
	for (size_t i = 0; i < f->n_locks; i++)
		printf("  %s  %s  (%s)\n", f->locks[i].name, f->locks[i].class_name,
		       f->locks[i].kind);
}

static void print_finding(const struct finding *f)
{
	struct report_style style = { .colour = wants_colour() };
	const struct check_rule *rule = check_rule_find(f->rule);

	text_write_finding(f, &style, stdout);
	print_locks(f);
	if (f->lockdep_title)
		printf("lockdep would say: %s\n", f->lockdep_title);
	if (f->syzbot_title)
		printf("syzbot would say: %s\n", f->syzbot_title);
	printf("\nThe rule:\n\n");
	if (rule)
		print_rule(rule);
	else
		print_checklist(f->checklist);
}

static enum exit_status explain_finding(const char *cache, const char *id)
{
	g_autofree char *path = last_report_path(cache);
	g_autoptr(GError) err = NULL;
	const struct finding *f;
	struct report *report;

	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		fprintf(stderr,
			"lockgraph: explain: no rule '%s', and no run before to look for a "
			"finding in\n",
			id);
		return EXIT_BAD_INPUT;
	}
	report = report_read(path, &err);
	if (!report)
		return fail_with(err);
	f = report_find(report, id);
	if (f)
		print_finding(f);
	else
		fprintf(stderr,
			"lockgraph: explain: no finding or rule '%s': the last run's ids are in "
			"its report, rules are listed by 'lockgraph rules'\n",
			id);
	report_free(report);
	return f ? EXIT_CLEAN : EXIT_BAD_INPUT;
}

static enum exit_status run(const struct options *options)
{
	g_autofree char *cache = cache_folder(options);
	const struct check_rule *rule;

	if (!options->arguments[0] || options->arguments[1]) {
		fprintf(stderr, "lockgraph: explain: say one finding's id, or one rule's name\n");
		return EXIT_BAD_INPUT;
	}
	rule = check_rule_find(options->arguments[0]);
	if (!rule)
		return explain_finding(cache, options->arguments[0]);
	print_rule(rule);
	return EXIT_CLEAN;
}

static const struct option_row cache_rows[] = {
	{ "cache", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(cache), "DIR",
	  "cache folder of that run (default: $XDG_CACHE_HOME/lockgraph)" },
	{ 0 },
};
static const struct option_table cache_options = { NULL, cache_rows };

const struct command command_explain = {
	.name = "explain",
	.arguments = "ID|RULE",
	.summary = "tell more about a finding of the last run, or about a rule",
	.help = "ID is what the report calls a finding's id; its first digits are enough.",
	.options = { &cache_options, NULL },
	.run = run,
};
