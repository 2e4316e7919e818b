/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - lockgraph query: which locks are held at, or taken by, a function; from lock to lock */
#include "cmd/query_p.h"

#include <stdio.h>
#include <string.h>

/* A chain of ten calls says where a lock comes from; the callers above it only repeat it. */
#define MOST_LEVELS 10

static const char *lock_name(const struct program *program, uint32_t class_string)
{
	return program_string(program, class_string);
}

void print_point(const struct program *program, uint32_t function, struct flow_point where)
{
	const struct facts *facts = program->units[program->functions[function].unit].facts;
	struct fact_loc loc = flow_location(program, function, where);

	printf("%s:%u: %s()", facts_file(facts, loc.file), loc.line,
	       function_name(program, function));
}

uint32_t find_function(const struct analysis *a, const char *name)
{
	uint32_t function = program_find(a->program, name);

	if (function == PROGRAM_NONE)
		fprintf(stderr,
			"lockgraph: query: no function '%s' in the code that was read; name the "
			"files that define it as PATH\n",
			name);
	return function;
}

/* --- acquires --------------------------------------------------------------------------------- */

static void print_hops(const struct analysis *a, const GArray *hops)
{
	for (guint i = 0; i < hops->len; i++) {
		const struct summary_hop *hop = &g_array_index(hops, struct summary_hop, i);

		printf("    ");
		print_point(a->program, hop->function, hop->where);
		if (hop->call)
			printf(" calls %s()%s%s", function_name(a->program, hop->call->callee),
			       hop->call->why ? ": " : "", hop->call->why ? hop->call->why : "");
		else
			printf(" takes it");
		printf("\n");
	}
}

static enum exit_status query_acquires(const struct analysis *a, char **words)
{
	uint32_t function = find_function(a, words[0]);
	g_autoptr(GArray) taken = NULL;

	if (function == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	taken = summary_acquires(a->summaries, function, CONFIDENCE_MEDIUM);
	for (guint i = 0; i < taken->len; i++) {
		uint32_t number = g_array_index(taken, uint32_t, i);
		const struct acquisition *what = &a->summaries->acquisitions[number];
		struct chain_question question = { .function = function,
						   .acquisition = number,
						   .least = CONFIDENCE_MEDIUM };
		bool sure;
		g_autoptr(GArray) hops = summary_chain(a->summaries, &question, &sure);

		printf("%s (%s)\n", lock_name(a->program, what->class_string),
		       lock_mode_name((enum lock_mode)what->mode));
		print_hops(a, hops);
	}
	return EXIT_CLEAN;
}

/* --- held-at ---------------------------------------------------------------------------------- */

/* Up the callers, breadth first: each function once, and each class where it is met first. */
struct climb {
	const struct analysis *a;
	GHashTable *classes;  /* class string */
	GHashTable *seen;     /* function + 1 */
	GArray *level, *next; /* uint32_t functions */
	guint distance;
};

static void print_held(struct climb *c, uint32_t caller, const struct summary_call *call)
{
	const struct held_set *held = call->event->held;

	for (uint32_t h = 0; h < held->n; h++) {
		const struct held_lock *lock = &held->locks[h];

		if (!lock->class_string ||
		    !g_hash_table_add(c->classes, GUINT_TO_POINTER(lock->class_string)))
			continue;
		printf("%s (%s)\n    ", lock_name(c->a->program, lock->class_string),
		       lock_mode_name((enum lock_mode)lock->mode));
		print_point(c->a->program, caller, call->event->where);
		printf(" calls %s() with it held", function_name(c->a->program, call->callee));
		printf(c->distance ? ", %u calls above\n" : "\n", c->distance);
	}
}

static bool is_in(const GArray *functions, uint32_t function)
{
	for (guint i = 0; i < functions->len; i++) {
		if (g_array_index(functions, uint32_t, i) == function)
			return true;
	}
	return false;
}

static void climb_from(struct climb *c, uint32_t caller)
{
	const struct function_summary *summary = &c->a->summaries->functions[caller];

	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];

		if (call->confidence < CONFIDENCE_MEDIUM || !is_in(c->level, call->callee))
			continue;
		print_held(c, caller, call);
		if (g_hash_table_add(c->seen, GUINT_TO_POINTER(caller + 1)))
			g_array_append_val(c->next, caller);
	}
}

static void climb_up(struct climb *c)
{
	for (c->distance = 0; c->level->len && c->distance < MOST_LEVELS; c->distance++) {
		c->next = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		for (uint32_t f = 0; f < c->a->program->n_functions; f++)
			climb_from(c, f);
		g_array_unref(c->level);
		c->level = c->next;
	}
}

static enum exit_status query_held_at(const struct analysis *a, char **words)
{
	uint32_t function = find_function(a, words[0]);
	struct climb climb = { .a = a };

	if (function == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	climb.classes = g_hash_table_new(NULL, NULL);
	climb.seen = g_hash_table_new(NULL, NULL);
	climb.level = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_array_append_val(climb.level, function);
	g_hash_table_add(climb.seen, GUINT_TO_POINTER(function + 1));
	climb_up(&climb);
	g_array_unref(climb.level);
	g_hash_table_unref(climb.seen);
	g_hash_table_unref(climb.classes);
	return EXIT_CLEAN;
}

/* --- returns ---------------------------------------------------------------------------------- */

static void print_signs(unsigned signs)
{
	static const char *const names[] = {
		[SIGN_NEGATIVE] = "negative", [SIGN_ZERO] = "zero", [SIGN_POSITIVE] = "positive"
	};

	for (unsigned sign = SIGN_NEGATIVE; sign <= SIGN_POSITIVE; sign *= 2)
		if (signs & sign)
			printf(" %s", names[sign]);
}

static void print_locks(const struct analysis *a, uint32_t function, const char *what,
			const struct held_lock *locks, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		program_print_term(a->program, function, locks[i].lock, text);
		printf("    %s %s (%s, %s)\n", what, text->str,
		       lock_name(a->program, locks[i].class_string),
		       lock_mode_name((enum lock_mode)locks[i].mode));
	}
}

static void print_written(const struct analysis *a, uint32_t function,
			  const struct write_set *written)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (uint32_t i = 0; i < written->n; i++) {
		g_string_append(text, text->len ? ", " : "");
		program_print_term(a->program, function, written->places[i], text);
	}
	for (uint32_t p = 0; p < a->program->functions[function].facts->n_params && p < 32; p++)
		if (written->whole & 1u << p)
			g_string_append_printf(text, "%sall behind parameter %u",
					       text->len ? ", " : "", p + 1);
	if (text->len)
		printf("    writes %s\n", text->str);
}

static void print_outcome(const struct analysis *a, uint32_t function,
			  const struct outcome *outcome)
{
	print_point(a->program, function, outcome->where);
	printf(" returns");
	if (outcome->result_signs != SIGN_ANY)
		print_signs(outcome->result_signs);
	printf("\n");
	print_locks(a, function, "holds", outcome->acquired, outcome->n_acquired);
	print_locks(a, function, "gave up", outcome->released, outcome->n_released);
	for (uint32_t i = 0; i < outcome->n_conditions; i++) {
		g_autoptr(GString) text = g_string_new(NULL);

		program_print_term(a->program, function, outcome->conditions[i].term, text);
		printf("    if %s is", text->str);
		print_signs(outcome->conditions[i].signs);
		printf("\n");
	}
	print_written(a, function, &outcome->written);
}

static enum exit_status query_returns(const struct analysis *a, char **words)
{
	uint32_t function = find_function(a, words[0]);
	const struct flow_result *flow;

	if (function == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	flow = a->summaries->functions[function].flow;
	for (uint32_t i = 0; flow && i < flow->n_outcomes; i++)
		print_outcome(a, function, &flow->outcomes[i]);
	if (flow && flow->gave_up)
		printf("%s(): too many ways through it; taken to change no lock\n", words[0]);
	return EXIT_CLEAN;
}

/* --- path ------------------------------------------------------------------------------------- */

static uint32_t find_class(const struct analysis *a, const char *name)
{
	uint32_t class = graph_find_class(a->graph, name);

	if (class == PROGRAM_NONE)
		fprintf(stderr,
			"lockgraph: query: no lock class '%s'; 'lockgraph graph PATH...' lists "
			"them\n",
			name);
	return class;
}

static void print_dependency(const struct analysis *a, uint32_t dependency)
{
	const struct dependency *d = &a->graph->dependencies[dependency];
	struct witness witness =
		graph_witness(a->graph, d->witness, WITNESS_WHOLE, a->report->arena);

	printf("%s -> %s  [%s]\n", a->graph->classes[d->from].class_name,
	       a->graph->classes[d->to].class_name, confidence_name((int)d->confidence));
	for (size_t i = 0; i < witness.n; i++) {
		const struct witness_step *step = &witness.steps[i];

		printf("    %s:%u: %s(): %s\n", step->file, step->line, step->function, step->what);
	}
}

static enum exit_status query_path(const struct analysis *a, char **words)
{
	uint32_t from = find_class(a, words[0]), to = find_class(a, words[1]);
	g_autoptr(GArray) path = NULL;

	if (from == PROGRAM_NONE || to == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	path = graph_path(a->graph, from, to, CONFIDENCE_MEDIUM);
	for (guint i = 0; i < path->len; i++)
		print_dependency(a, g_array_index(path, uint32_t, i));
	if (!path->len)
		printf("no path from %s to %s\n", words[0], words[1]);
	return EXIT_CLEAN;
}

/* --- the command ------------------------------------------------------------------------------ */

struct query {
	const char *name;
	guint n_words; /* before the paths */
	enum exit_status (*run)(const struct analysis *a, char **words);
};

static const struct query queries[] = {
	{ "held-at", 1, query_held_at }, { "acquires", 1, query_acquires },
	{ "returns", 1, query_returns }, { "context", 1, query_context },
	{ "path", 2, query_path },
};

static const struct query *find_query(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(queries); i++) {
		if (g_str_equal(queries[i].name, name))
			return &queries[i];
	}
	return NULL;
}

static enum exit_status run(const struct options *options)
{
	const struct query *query = find_query(options->arguments[0]);
	enum exit_status status = EXIT_BAD_INPUT;
	g_autoptr(GError) err = NULL;
	struct analysis a;
	char **words = options->arguments + 1;
	struct options chosen = *options;

	chosen.all = true;
	if (!query || g_strv_length(words) < query->n_words) {
		fprintf(stderr, "lockgraph: query: say 'held-at FUNCTION PATH...', "
				"'acquires FUNCTION PATH...', 'returns FUNCTION PATH...', "
				"'context FUNCTION PATH...' or 'path LOCK LOCK PATH...'\n");
		return EXIT_BAD_INPUT;
	}
	if (!check_paths(words + query->n_words, &err))
		return fail_with(err);
	if (analyse(&a, &chosen, (const char *const *)words + query->n_words))
		status = query->run(&a, words);
	analysis_free(&a);
	return status;
}

const struct command command_query = {
	.name = "query",
	.arguments = "held-at FUNCTION | acquires FUNCTION | returns FUNCTION | context FUNCTION | "
		     "path LOCK LOCK  PATH...",
	.summary = "ask which locks are held or taken, and how one leads to another",
	.help = "held-at: the locks that callers hold when they call FUNCTION. acquires: the locks "
		"that a call of it can take. returns: the ways in which it returns, with the locks "
		"it leaves held or has given up, and what tells them apart. context: how "
		"FUNCTION is entered, and what is switched off at its calls. path: the shortest "
		"chain of dependencies from one lock to another; a lock is named by class or as "
		"lockdep names it.",
	.options = { &tree_options, &read_options, &analysis_options, &message_options, NULL },
	.run = run,
};
