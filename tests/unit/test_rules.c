/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rule files: what is loaded, what overrides what, and what is said of a bad one. */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <glib/gstdio.h>

/* A rules directory of our own, with the set "base" in it, and a user's file beside it. */
struct fixture {
	char *dir;
	char *set;
	char *base;
	char *user;
};

static int set_up(void **state)
{
	struct fixture *fix = g_new0(struct fixture, 1);

	fix->dir = g_dir_make_tmp("lockgraph-rules-XXXXXX", NULL);
	assert_non_null(fix->dir);
	fix->set = g_build_filename(fix->dir, "base", NULL);
	fix->base = g_build_filename(fix->set, "locks.json", NULL);
	fix->user = g_build_filename(fix->dir, "user.json", NULL);
	assert_int_equal(g_mkdir(fix->set, 0700), 0);
	*state = fix;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fix = *state;

	g_unlink(fix->base);
	g_unlink(fix->user);
	g_rmdir(fix->set);
	g_rmdir(fix->dir);
	g_free(fix->dir);
	g_free(fix->set);
	g_free(fix->base);
	g_free(fix->user);
	g_free(fix);
	return 0;
}

static void put(const char *path, const char *text)
{
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static struct rules *load(const struct fixture *fix, bool with_user)
{
	const char *const extra[] = { with_user ? fix->user : NULL, NULL };
	g_autoptr(GError) err = NULL;
	struct rules *rules = rules_load(fix->dir, "base", extra, &err);

	if (err)
		print_error("%s\n", err->message);
	assert_non_null(rules);
	return rules;
}

/* Loading @text must fail with a message that begins like "base/locks.json:LINE: " and has @what. */
static void refuse(const struct fixture *fix, const char *text, int line, const char *what)
{
	g_autofree char *prefix = g_strdup_printf("base/locks.json:%d: ", line);
	g_autoptr(GError) err = NULL;

	put(fix->base, text);
	assert_null(rules_load(fix->dir, "base", NULL, &err));
	assert_non_null(err);
	if (!g_str_has_prefix(err->message, prefix) || !strstr(err->message, what))
		fail_msg("got \"%s\", expected \"%s...%s\"", err->message, prefix, what);
}

static void test_effects_in_order(void **state)
{
	const struct primitive *p;
	struct rules *rules;
	struct fixture *fix = *state;

	put(fix->base,
	    "{\"primitives\": [\n"
	    "{\"functions\": [\"take_irq\", \"take_irq2\"], \"irq_off\": {\"save\": \"result\"},\n"
	    " \"preempt_off\": true, \"acquire\": {\"lock\": 1, \"kind\": \"rwlock\", \"mode\":\n"
	    " \"read\", \"subclass_arg\": 2}, \"result\": \"nonzero\", \"try\": true, \"doc\": \"d\"}]}");
	rules = load(fix, false);
	p = rules_primitive(rules, "take_irq2");
	assert_non_null(p);
	assert_string_equal(p->name, "take_irq2");
	assert_string_equal(p->file, "base/locks.json");
	assert_int_equal(p->line, 2);
	assert_int_equal(p->result, RESULT_NONZERO);
	assert_true(p->is_try);
	assert_int_equal(p->returns_arg, RULES_NO_ARG);
	assert_int_equal(p->n_effects, 3);
	assert_int_equal(p->effects[0].op, EFFECT_IRQ_OFF);
	assert_int_equal(p->effects[0].save_arg, RULES_RESULT_ARG);
	assert_int_equal(p->effects[1].op, EFFECT_PREEMPT_OFF);
	assert_int_equal(p->effects[1].save_arg, RULES_NO_ARG);
	assert_int_equal(p->effects[2].op, EFFECT_ACQUIRE);
	assert_int_equal(p->effects[2].lock_arg, 1);
	assert_int_equal(p->effects[2].kind, LOCK_RWLOCK);
	assert_int_equal(p->effects[2].mode, MODE_READ);
	assert_int_equal(p->effects[2].subclass_arg, 2);
	assert_int_equal(p->effects[2].nest_arg, RULES_NO_ARG);
	assert_null(rules_primitive(rules, "take"));
	rules_free(rules);
}

static void test_members_and_class(void **state)
{
	const struct effect *effects;
	struct rules *rules;
	struct fixture *fix = *state;

	put(fix->base,
	    "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\", \"release\": [\n"
	    "{\"lock\": 0, \"kind\": \"spinlock\", \"members\": [\"struct a.b\", \"*\", \"seqlock_t.lock\"]},\n"
	    "{\"class\": \"rcu_read_lock\", \"kind\": \"rcu\", \"mode\": \"any\"}]}]}");
	rules = load(fix, false);
	effects = rules_primitive(rules, "f")->effects;
	assert_int_equal(rules_primitive(rules, "f")->n_effects, 2);
	assert_int_equal(effects[0].n_members, 2);
	assert_string_equal(effects[0].members[0].record, "struct a");
	assert_string_equal(effects[0].members[0].member, "b");
	assert_false(effects[0].members[0].deref);
	assert_string_equal(effects[0].members[1].record, "seqlock_t");
	assert_true(effects[0].members[1].deref);
	assert_int_equal(effects[1].lock_arg, RULES_NO_ARG);
	assert_string_equal(effects[1].class_name, "rcu_read_lock");
	assert_int_equal(effects[1].mode, MODE_ANY);
	rules_free(rules);
}

static void test_other_sections(void **state)
{
	const struct lock_type *type;
	struct rules *rules;
	struct fixture *fix = *state;

	put(fix->base,
	    "{\"schema\": \"lockgraph-rules/1\", \"about\": \"text\",\n"
	    "\"lock_types\": [{\"types\": [\"struct mutex\"], \"kind\": \"mutex\",\n"
	    " \"apart\": [\"wait_lock\"], \"doc\": \"d\"}],\n"
	    "\"part_types\": [{\"types\": [\"struct q\"], \"doc\": \"d\"}],\n"
	    "\"opaque\": [{\"functions\": [\"_printk\"], \"doc\": \"d\"}],\n"
	    "\"opaque_files\": [{\"files\": [\"lib/x.c\"], \"doc\": \"d\"}],\n"
	    "\"noreturn\": [{\"functions\": [\"panic\"], \"doc\": \"d\"}],\n"
	    "\"not_null\": [{\"functions\": [\"dev_net\"], \"doc\": \"d\"}],\n"
	    "\"errors\": [{\"functions\": [\"ERR_PTR\"], \"doc\": \"d\"}],\n"
	    "\"aliases\": [{\"classes\": [\"map\"], \"means\": \"rcu\", \"doc\": \"d\"}],\n"
	    "\"order\": [[\"A\", \"B\", \"x.rst\"],\n[\"B\", \"C\", \"y.rst\"]]}");
	rules = load(fix, false);
	type = g_hash_table_lookup(rules->lock_types, "struct mutex");
	assert_int_equal(type->kind, LOCK_MUTEX);
	assert_string_equal(type->apart[0], "wait_lock");
	assert_null(type->apart[1]);
	assert_true(g_hash_table_contains(rules->part_types, "struct q"));
	assert_true(g_hash_table_contains(rules->opaque, "_printk"));
	assert_true(g_hash_table_contains(rules->opaque_files, "lib/x.c"));
	assert_true(g_hash_table_contains(rules->noreturn, "panic"));
	assert_true(g_hash_table_contains(rules->not_null, "dev_net"));
	assert_true(g_hash_table_contains(rules->errors, "ERR_PTR"));
	assert_string_equal(g_hash_table_lookup(rules->aliases, "map"), "rcu");
	assert_int_equal(rules->n_orders, 2);
	assert_string_equal(rules->orders[1].before, "B");
	assert_string_equal(rules->orders[1].documented, "y.rst");
	assert_int_equal(rules->orders[1].line, 12);
	rules_free(rules);
}

static void test_later_file_overrides(void **state)
{
	struct rules *rules;
	struct fixture *fix = *state;

	put(fix->base,
	    "{\"primitives\": [{\"functions\": [\"f\", \"g\"], \"doc\": \"d\", \"sleep\": true}]}");
	put(fix->user, "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"mine\"}]}");
	rules = load(fix, true);
	assert_int_equal(rules_primitive(rules, "f")->n_effects, 0);
	assert_string_equal(rules_primitive(rules, "f")->doc, "mine");
	assert_string_equal(rules_primitive(rules, "f")->file, fix->user);
	assert_int_equal(rules_primitive(rules, "g")->n_effects, 1);
	assert_int_equal(rules->files->len, 2);
	assert_string_equal(rules->files->pdata[1], fix->user);
	rules_free(rules);
}

static void test_bad_json(void **state)
{
	refuse(*state, "{\"primitives\": [\n{\"functions\": }\n]}", 2, "not valid JSON");
	refuse(*state, "{\"order\": [],\n\"order\": []}", 2, "not valid JSON");
	refuse(*state, "", 1, "not valid JSON");
	refuse(*state, "[]", 1, "must be a JSON object");
}

static void test_unknown_key(void **state)
{
	refuse(*state, "{\n\"primitves\": []}", 2, "primitves");
	refuse(*state,
	       "{\"primitives\": [\n{\"functions\": [\"f\"], \"doc\": \"d\"},\n"
	       "{\"functions\": [\"g\"],\n \"sleeps\": true, \"doc\": \"d\"}]}",
	       4, "sleeps");
	refuse(*state,
	       "{\"primitives\": [{\"functions\": [\"g\"], \"doc\": \"d\",\n"
	       "\"acquire\": {\"lock\": 0,\n\"kindd\": \"mutex\"}}]}",
	       3, "kindd");
	refuse(*state, "{\"opaque\": [\n{\"functions\": [\"g\"], \"doc\": \"d\", \"kind\": 1}]}", 2,
	       "kind");
}

static void test_wrong_type(void **state)
{
	refuse(*state, "{\"schema\": \"lockgraph-rules/9\"}", 1, "lockgraph-rules/1");
	refuse(*state, "{\n\"primitives\": {}}", 2, "must be an array");
	refuse(*state, "{\"primitives\": [\n\"f\"]}", 2, "must be an object");
	refuse(*state, "{\"primitives\": [\n{\"functions\": \"f\", \"doc\": \"d\"}]}", 2,
	       "array of names");
	refuse(*state, "{\"primitives\": [\n{\"functions\": [\"f\"]}]}", 2, "\"doc\" is missing");
	refuse(*state,
	       "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\",\n\"sleep\": 1}]}", 2,
	       "sleep");
	refuse(*state, "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\",\n\"try\": 1}]}",
	       2, "try");
	refuse(*state,
	       "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\",\n\"result\": \"no\"}]}",
	       2, "nonnull");
	refuse(*state, "{\"order\": [[\"A\", \"B\", \"x\"],\n[\"A\", \"B\"]]}", 2,
	       "an order must be");
	refuse(*state,
	       "{\"lock_types\": [{\"types\": [\"struct a\"], \"doc\": \"d\",\n\"kind\": \"muutex\"}]}",
	       2, "the kinds are spinlock, ");
}

static void test_wrong_lock(void **state)
{
#define LOCK(text)                                                                                 \
	"{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\",\n\"acquire\": " text "}]}"
	refuse(*state, LOCK("true"), 2, "an object, or an array of them");
	refuse(*state, LOCK("{\"kind\": \"mutex\"}"), 2, "either \"lock\"");
	refuse(*state, LOCK("{\"lock\": 0, \"class\": \"c\", \"kind\": \"mutex\"}"), 2,
	       "either \"lock\"");
	refuse(*state, LOCK("{\"lock\": 0}"), 1, "\"kind\" is missing");
	refuse(*state, LOCK("{\"lock\": -1, \"kind\": \"mutex\"}"), 2, "an argument's number");
	refuse(*state, LOCK("{\"lock\": 0, \"kind\": \"mutex\", \"mode\": \"rw\"}"), 2,
	       "recursive");
	refuse(*state, LOCK("{\"lock\": 0, \"kind\": \"mutex\", \"subclass\": 8}"), 2, "0 to 7");
	refuse(*state, LOCK("{\"lock\": 0, \"kind\": \"mutex\", \"members\": [\"lock\"]}"), 2,
	       "RECORD.MEMBER");
	refuse(*state, LOCK("{\"lock\": 0, \"kind\": \"mutex\", \"members\": [\"*\"]}"), 2,
	       "RECORD.MEMBER");
#undef LOCK
}

static void test_duplicate_function(void **state)
{
	refuse(*state,
	       "{\"primitives\": [{\"functions\": [\"f\"], \"doc\": \"d\"},\n"
	       "{\"functions\": [\"g\", \"f\"], \"doc\": \"d\"}]}",
	       2, "\"f\" has a rule in this file already");
}

static void test_missing_set(void **state)
{
	const struct fixture *fix = *state;
	const char *const extra[] = { "nowhere", NULL };
	g_autoptr(GError) err = NULL;

	assert_null(rules_load(fix->dir, "kernal", NULL, &err));
	assert_non_null(strstr(err->message, "kernal: no rule set of that name"));
	assert_non_null(strstr(err->message, "there are: base"));
	g_clear_error(&err);
	put(fix->base, "{}");
	assert_null(rules_load(fix->dir, "base", extra, &err));
	assert_non_null(strstr(err->message, "nowhere"));
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(lock_kind_name(LOCK_PERCPU_RWSEM), "percpu_rwsem");
	assert_int_equal(lock_kind_wait(LOCK_SPINLOCK), LOCK_WAIT_SPIN_RT);
	assert_string_equal(lock_mode_name(MODE_RECURSIVE), "recursive");
	assert_string_equal(effect_op_name(EFFECT_MIGHT_LOCK), "might_lock");
}

/* The rules that are shipped; the directory comes from the environment, as for uninstalled runs. */
static void test_shipped_sets(void **state)
{
	const char *dir = g_getenv("LOCKGRAPH_DATADIR");
	g_autoptr(GError) err = NULL;
	const char *const extra[] = { "pthread", NULL };
	g_autofree char *rules_dir = NULL;
	struct rules *rules;

	(void)state;
	if (!dir)
		skip();
	rules_dir = g_build_filename(dir, "rules", NULL);
	if (!g_file_test(rules_dir, G_FILE_TEST_IS_DIR)) {
		g_free(rules_dir);
		rules_dir = g_strdup(dir);
	}
	rules = rules_load(rules_dir, "kernel", extra, &err);
	if (err)
		fail_msg("%s", err->message);
	assert_int_equal(rules_primitive(rules, "mutex_lock_nested")->effects[1].subclass_arg, 1);
	assert_int_equal(rules_primitive(rules, "down_trylock")->result, RESULT_ZERO);
	assert_non_null(rules_primitive(rules, "pthread_mutex_lock"));
	assert_true(g_hash_table_size(rules->primitives) >= 300);
	rules_free(rules);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_effects_in_order),
		TEST(test_members_and_class),
		TEST(test_other_sections),
		TEST(test_later_file_overrides),
		TEST(test_bad_json),
		TEST(test_unknown_key),
		TEST(test_wrong_type),
		TEST(test_wrong_lock),
		TEST(test_duplicate_function),
		TEST(test_missing_set),
		TEST(test_names),
		TEST(test_shipped_sets),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
