/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - lockgraph rules: what is known about a function; what findings there are */
#include "base/datadir.h"
#include "cmd/analysis_p.h"

#include <stdio.h>
#include <string.h>

static bool has_page(const struct check_rule *rule)
{
	g_autofree char *name = g_strdup_printf("pages/%s.md", rule->name);
	g_autofree char *path = datadir_file(name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* What it needs, where it comes from, and where more is said. */
static void print_source(enum rule_id id, const struct check_rule *rule)
{
	if (check_rule_needs(id))
		printf("%30s needs: %s\n", "", check_rule_needs(id));
	if (*rule->checklist)
		printf("%30s RCU checklist: %s\n", "", rule->checklist);
	if (*rule->lockdep_title)
		printf("%30s lockdep: %s\n", "", rule->lockdep_title);
	if (has_page(rule))
		printf("%30s page: lockgraph explain %s\n", "", rule->name);
}

static void print_findings(void)
{
	for (int id = 0; id < RULE_IDS; id++) {
		const struct check_rule *rule = check_rule((enum rule_id)id);

		printf("%-20s  %-8s %s\n", rule->name, severity_name(rule->severity), rule->title);
		print_source((enum rule_id)id, rule);
	}
}

static void print_files(const struct rules *rules)
{
	printf("\n%u functions, %zu declared orders, from\n", g_hash_table_size(rules->primitives),
	       rules->n_orders);
	for (guint i = 0; i < rules->files->len; i++)
		printf("  %s\n", (const char *)rules->files->pdata[i]);
}

static void print_lock(const struct effect *e)
{
	if (e->class_name)
		printf(" %s", e->class_name);
	else if (e->lock_arg == RULES_RESULT_ARG)
		printf(" the lock it returns");
	else if (e->lock_arg != RULES_NO_ARG)
		printf(" the %s at argument %d", lock_kind_name(e->kind), e->lock_arg + 1);
	for (size_t i = 0; i < e->n_members; i++)
		printf(", %s%s.%s", e->members[i].deref ? "*" : "", e->members[i].record,
		       e->members[i].member);
	if (e->mode > MODE_WRITE)
		printf(" (%s)", lock_mode_name(e->mode));
	if (e->subclass_arg != RULES_NO_ARG)
		printf(", subclass at argument %d", e->subclass_arg + 1);
}

/* What is given up, and that it sleeps, does not depend on the result. */
static bool depends_on_result(enum effect_op op)
{
	switch (op) {
	case EFFECT_ACQUIRE:
	case EFFECT_ASSERT_HELD:
	case EFFECT_IRQ_OFF:
	case EFFECT_BH_OFF:
	case EFFECT_PREEMPT_OFF:
	case EFFECT_PAGEFAULT_OFF:
		return true;
	case EFFECT_RELEASE:
	case EFFECT_DOWNGRADE:
	case EFFECT_MIGHT_LOCK:
	case EFFECT_ASSERT_NOT_HELD:
	case EFFECT_INIT:
	case EFFECT_SET_CLASS:
	case EFFECT_IRQ_ON:
	case EFFECT_BH_ON:
	case EFFECT_PREEMPT_ON:
	case EFFECT_PAGEFAULT_ON:
	case EFFECT_QUERY:
	case EFFECT_CONTEXT_INIT:
	case EFFECT_CONTEXT_DONE:
	case EFFECT_CONTEXT_FINI:
	case EFFECT_CONTEXT_SLOW:
	case EFFECT_SLEEP:
		return false;
	}
	return false;
}

static const char *condition_of(enum result_rule result)
{
	switch (result) {
	case RESULT_ALWAYS:
		return "";
	case RESULT_NONZERO:
		return " if it does not return 0";
	case RESULT_ZERO:
		return " if it returns 0";
	case RESULT_NONNULL:
		return " if it does not return NULL";
	case RESULT_VALID:
		return " if it returns neither NULL nor an error";
	}
	return "";
}

static void print_primitive(const struct primitive *p)
{
	printf("%s()%s\n", p->name, p->is_try ? ": never waits" : "");
	for (size_t i = 0; i < p->n_effects; i++) {
		printf("  %s", effect_op_name(p->effects[i].op));
		print_lock(&p->effects[i]);
		printf("%s\n", depends_on_result(p->effects[i].op) ? condition_of(p->result) : "");
	}
	if (p->follow)
		printf("  its body counts as well\n");
	printf("  %s:%d: %s\n", p->file, p->line, p->doc);
}

static void print_arg(const char *what, int arg)
{
	if (arg == RULES_RESULT_ARG)
		printf("; %s is what it returns", what);
	else if (arg != RULES_NO_ARG)
		printf("; %s is argument %d", what, arg + 1);
}

static void print_roles(const char *name, const struct role *role)
{
	for (; role; role = role->next) {
		printf("%s() %s", name, role_kind_meaning(role->kind));
		print_arg("the object", role->object_arg);
		print_arg("the function", role->function_arg);
		print_arg("the srcu_struct", role->domain_arg);
		print_arg("the index", role->index_arg);
		print_arg("the cache", role->cache_arg);
		if (role->flavour)
			printf("; flavour %s", role->flavour);
		printf("\n  %s:%d: %s\n", role->file, role->line, role->doc);
	}
}

static bool print_doc(GHashTable *table, const char *name, const char *what)
{
	const char *doc = g_hash_table_lookup(table, name);

	if (doc)
		printf("%s() %s: %s\n", name, what, doc);
	return doc != NULL;
}

static bool print_rcu_access(const struct rules *rules, const char *name)
{
	const struct rcu_access *access = rules_rcu_access(rules, name);

	if (access)
		printf("%s() %ss, for lists%s: %s\n", name, rcu_op_name(access->op),
		       access->is_rcu ? " that RCU readers walk" : "", access->doc);
	return access != NULL;
}

static bool print_function(const struct rules *rules, const char *name)
{
	const struct primitive *primitive = rules_primitive(rules, name);
	bool known = primitive != NULL;

	if (primitive)
		print_primitive(primitive);
	known |= rules_roles(rules, name) != NULL;
	print_roles(name, rules_roles(rules, name));
	known |= print_rcu_access(rules, name);
	known |= print_doc(rules->opaque, name, "is not looked into");
	known |= print_doc(rules->noreturn, name, "never returns");
	known |= print_doc(rules->not_null, name, "never returns NULL or an error");
	known |= print_doc(rules->errors, name, "makes an error of its argument");
	return known;
}

static enum exit_status print_one(const struct rules *rules, const char *name)
{
	const struct check_rule *rule = check_rule_find(name);

	if (rule) {
		printf("%s (%s): %s\n", rule->name, severity_name(rule->severity), rule->title);
		return EXIT_CLEAN;
	}
	if (print_function(rules, name))
		return EXIT_CLEAN;
	fprintf(stderr,
		"lockgraph: rules: nothing is known about '%s'; what it does is found "
		"from its code\n",
		name);
	return EXIT_BAD_INPUT;
}

static enum exit_status run(const struct options *options)
{
	enum exit_status status = EXIT_CLEAN;
	g_autoptr(GError) err = NULL;
	struct rules *rules = load_rules(options, &err);

	if (!rules)
		return fail_with(err);
	if (!options->arguments[0]) {
		print_findings();
		print_files(rules);
	}
	for (char **name = options->arguments; *name; name++) {
		if (print_one(rules, *name) != EXIT_CLEAN)
			status = EXIT_BAD_INPUT;
	}
	rules_free(rules);
	return status;
}

static const struct option_row rules_rows[] = {
	{ "rules", 0, G_OPTION_ARG_STRING_ARRAY, OPTION_FIELD(rules), "NAME|FILE",
	  "a rule set (kernel, pthread), or a file with more rules; may be repeated" },
	{ 0 },
};
static const struct option_table rules_options = { NULL, rules_rows };

const struct command command_rules = {
	.name = "rules",
	.arguments = "[FUNCTION|RULE]...",
	.summary = "list the rules, or tell what is known about a function",
	.help = NULL,
	.options = { &rules_options, NULL },
	.run = run,
};
