/* SPDX-License-Identifier: GPL-2.0-or-later */
/* finding.c - findings made from witnesses */
#include "check/check_p.h"

#include <string.h>

static const struct check_rule rule_rows[] = {
#define CHECK_RULE(symbol, name, severity, ...) { name, SEVERITY_##severity, __VA_ARGS__ },
#include "check/rules.def"
#undef CHECK_RULE
};

const struct check_rule *check_rule(enum rule_id id)
{
	return &rule_rows[id];
}

const char *check_rule_needs(enum rule_id id)
{
	static const char *const needs[RULE_IDS] = {
#define RULE_NEEDS(symbol, text) [RULE_##symbol] = text,
#include "check/needs.def"
#undef RULE_NEEDS
	};

	return needs[id];
}

const struct check_rule *check_rule_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rule_rows); i++) {
		if (g_str_equal(rule_rows[i].name, name))
			return &rule_rows[i];
	}
	return NULL;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

const char *confidence_name(int confidence)
{
	static const char *const names[] = {
		[CONFIDENCE_LOW] = "low",
		[CONFIDENCE_MEDIUM] = "medium",
		[CONFIDENCE_HIGH] = "high",
	};

	return names[CLAMP(confidence, CONFIDENCE_LOW, CONFIDENCE_HIGH)];
}

/* What is not sure is a warning, what is hardly more than a guess a note. */
enum severity finding_severity(enum rule_id id, int confidence)
{
	return (enum severity)MIN((int)check_rule(id)->severity, confidence);
}

struct finding *finding_new(const struct check_input *in, enum rule_id id, int confidence)
{
	const struct check_rule *rule = check_rule(id);
	struct finding *f = arena_new_struct(in->arena, struct finding);

	f->id = "";
	f->rule = rule->name;
	f->severity = finding_severity(id, confidence);
	f->confidence = confidence;
	f->checklist = rule->checklist;
	f->help = rule->help;
	f->lockdep_title = *rule->lockdep_title ? rule->lockdep_title : NULL;
	return f;
}

/*
 * Beyond these a chain of likely calls is unlikely as a whole: each may be another object's. Of a
 * long one that is sure, call by call, somebody will find the condition that rules it out; and
 * where some call is made under a condition that nobody on the way is known to fulfil, somebody
 * has. The numbers are from the s390 defconfig (docs/triage/defconfig-locks.md).
 */
#define MOST_LIKELY_CALLS 2
#define MOST_LIKELY_STEPS 12
#define MOST_SURE_STEPS 12
/* Of a circle of more classes nothing may be in doubt: it may go round over different objects. */
#define MOST_LIKELY_CLASSES 3
#define MOST_STEPS 18

static bool is_guess(const struct finding_path *path)
{
	size_t indirect = 0;

	for (size_t i = 0; i < path->n; i++)
		indirect += g_str_equal(path->steps[i].event, "indirect");
	return indirect > MOST_LIKELY_CALLS ||
	       (indirect == MOST_LIKELY_CALLS && path->n > MOST_LIKELY_STEPS);
}

/*
 * Whether the first lock comes back from a callee's callee. That is seldom meant for this one: more
 * often some condition down there decides whether the lock stays held.
 */
static bool is_from_afar(const struct finding_path *path)
{
	size_t calls = 0;

	if (!path->holds || !path->acquires)
		return false;
	while (calls < path->n && g_str_equal(path->steps[calls].event, "call"))
		calls++;
	return calls > 1 && calls < path->n && g_str_equal(path->steps[calls].event, "acquire");
}

static int path_confidence(const struct finding *f, const struct finding_path *path)
{
	if (path->contradicts || path->n > MOST_STEPS ||
	    (f->confidence == CONFIDENCE_MEDIUM && is_guess(path)))
		return CONFIDENCE_LOW;
	if (path->open || path->is_unsure || path->n > MOST_SURE_STEPS || is_from_afar(path))
		return CONFIDENCE_MEDIUM;
	return CONFIDENCE_HIGH;
}

void finding_limit(struct finding *f, int confidence)
{
	if (confidence >= f->confidence)
		return;
	f->confidence = confidence;
	f->severity = MIN(f->severity, (enum severity)confidence);
}

/* A finding is as good as the most daring of its chains. */
int finding_doubt(struct finding *f)
{
	int confidence = f->confidence;

	for (size_t i = 0; i < f->n_paths; i++)
		confidence = MIN(confidence, path_confidence(f, &f->paths[i]));
	if (f->n_locks > MOST_LIKELY_CLASSES && confidence < CONFIDENCE_HIGH)
		confidence = CONFIDENCE_LOW;
	finding_limit(f, confidence);
	return confidence;
}

void finding_emit(const struct check_input *in, struct finding *f)
{
	g_assert(f->message && f->location.file);
	finding_doubt(f);
	if (in->world)
		f->world = function_name(in->program, in->world->root);
	if (f->confidence >= in->options->least)
		g_ptr_array_add(in->findings, f);
}

/* --- names ----------------------------------------------------------------------------------- */

/* "lock" or "q->lock" written in a header tell nobody which lock it is. */
static bool tells_enough(const char *name)
{
	const char *arrow = strstr(name, "->");

	return arrow && arrow - name > 1 && !strpbrk(name, "()#");
}

static const char *label(const char *name, const char *class_name)
{
	const char *bare = name ? name + (name[0] == '&') : NULL;

	if (bare && tells_enough(bare))
		return bare;
	if (g_str_has_prefix(class_name, "*struct ")) /* kept as a pointer there */
		return class_name + strlen("*struct ");
	if (g_str_has_prefix(class_name, "struct "))
		return class_name + strlen("struct ");
	return class_name;
}

const char *class_label(const struct check_input *in, uint32_t class)
{
	const struct lock_class *c = &in->graph->classes[class];

	return label(c->name, c->class_name);
}

const char *held_label(const struct check_input *in, const struct held_lock *held)
{
	if (!held->class_string) /* only the callers know it */
		return lock_kind_name(held->kind);
	return label(program_lockdep_name(in->program, held->class_string),
		     program_string(in->program, held->class_string));
}

struct finding_lock finding_lock_of_held(const struct check_input *in, const struct held_lock *held)
{
	const char *kind = lock_kind_name(held->kind), *class;

	if (!held->class_string)
		return (struct finding_lock){
			.class_name = kind, .defined_as = kind, .name = kind, .kind = kind
		};
	class = program_string(in->program, held->class_string);
	return (struct finding_lock){ .class_name = class,
				      .defined_as = class,
				      .name = program_lockdep_name(in->program, held->class_string),
				      .kind = kind };
}

struct finding_lock finding_lock_of(const struct graph *graph, uint32_t class)
{
	const struct lock_class *c = &graph->classes[class];

	return (struct finding_lock){ .class_name = c->class_name,
				      .defined_as = program_string(graph->program, c->class_string),
				      .name = c->name ? c->name : c->class_name,
				      .kind = lock_kind_name(c->kind),
				      .subclass = c->subclass };
}

/* --- paths ----------------------------------------------------------------------------------- */

struct finding_step finding_step_of(const struct graph *graph, const struct witness_step *step)
{
	struct finding_step result = { .file = step->file ? step->file : "",
				       .line = step->line,
				       .column = step->column,
				       .function = step->function ? step->function : "",
				       .event = witness_event_name(step->event),
				       .what = step->what ? step->what : "" };

	if (step->event == WITNESS_ACQUIRE && step->lock != PROGRAM_NONE)
		result.lock = graph->classes[step->lock].class_name;
	return result;
}

static struct finding_path path_along(const struct check_input *in, uint32_t from, uint32_t to,
				      uint32_t witness)
{
	bool all = in->options->least == CONFIDENCE_LOW;
	struct witness chain =
		graph_witness(in->graph, witness, all ? WITNESS_WHOLE : WITNESS_IF_SURE, in->arena);
	struct finding_step *steps = arena_new_array(in->arena, struct finding_step, chain.n + 1);

	for (size_t i = 0; i < chain.n; i++)
		steps[i] = finding_step_of(in->graph, &chain.steps[i]);
	return (struct finding_path){ .holds = in->graph->classes[from].class_name,
				      .acquires = in->graph->classes[to].class_name,
				      .holds_label = class_label(in, from),
				      .acquires_label = class_label(in, to),
				      .n = chain.n,
				      .contradicts = chain.contradicts,
				      .open = chain.open,
				      .last = chain.last,
				      .handed = chain.handed,
				      .perhaps = chain.perhaps,
				      .carried = chain.carried,
				      .loose = chain.loose,
				      .choices = chain.choices,
				      .steps = steps };
}

/* Whether nobody would believe it, however sure its calls. */
static bool is_doubtful(const struct finding_path *path)
{
	return path->contradicts || path->n > MOST_STEPS || is_guess(path);
}

static struct finding_path *make_path(const struct check_input *in, uint32_t from, uint32_t to,
				      uint32_t witness)
{
	struct finding_path path = path_along(in, from, to, witness);
	bool doubtful = is_doubtful(&path);
	int nearer = -1;

	if (doubtful || path.open)
		nearer = graph_see_nearer(in->graph, from, to, witness, !doubtful);
	if (nearer >= 0)
		path = path_along(in, from, to, witness);
	path.is_unsure = nearer >= 0 && nearer < CONFIDENCE_HIGH;
	return arena_memdup(in->arena, &path, sizeof(path));
}

/* One dependency may be part of hundreds of circles, and its chain is a search. */
struct finding_path finding_path_of(const struct check_input *in, uint32_t from, uint32_t to,
				    uint32_t witness)
{
	gpointer key = GUINT_TO_POINTER(witness + 1);
	struct finding_path *path = g_hash_table_lookup(in->paths, key);

	if (!path) {
		path = make_path(in, from, to, witness);
		g_hash_table_insert(in->paths, key, path);
	}
	return *path;
}

struct finding_step finding_step_at(const struct check_input *in, uint32_t function,
				    struct flow_point where)
{
	const struct facts *facts = in->program->units[in->program->functions[function].unit].facts;
	struct fact_loc loc = flow_location(in->program, function, where);

	return (struct finding_step){ .file = facts_file(facts, loc.file),
				      .line = loc.line,
				      .column = loc.column,
				      .function = function_name(in->program, function) };
}

struct finding_step finding_step_of_entry(const struct check_input *in,
					  const struct context_entry *entry)
{
	const struct facts *facts = in->program->units[entry->unit].facts;
	const char *name = function_name(in->program, entry->function);
	struct finding_step step = {
		.file = facts_file(facts, entry->loc.file),
		.line = entry->loc.line,
		.column = entry->loc.column,
		.function = entry->registrar == PROGRAM_NONE
				    ? ""
				    : function_name(in->program, entry->registrar),
		.event = "entry",
	};

	if (!entry->rule)
		step.what = arena_printf(in->arena, "%s() has no callers here", name);
	else if (entry->rule->arg == RULES_NO_ARG && !strchr(entry->rule->name, '.'))
		step.what = arena_printf(in->arena, "%s() is an entry of the kernel", name);
	else
		step.what =
			arena_printf(in->arena, "%s() is registered (%s)", name, entry->rule->name);
	return step;
}

bool step_in_scope(const struct check_input *in, const struct finding_step *step)
{
	return *step->file && in->options->in_scope(step->file, in->options->scope_data);
}

static const struct finding_step *
last_in_scope(const struct check_input *in, const struct finding_path *path, const char *function)
{
	for (size_t i = path->n; i; i--) {
		const struct finding_step *step = &path->steps[i - 1];

		if (step_in_scope(in, step) && (!function || g_str_equal(step->function, function)))
			return step;
	}
	return NULL;
}

static bool comes_before(const struct finding_step *a, const struct finding_step *b)
{
	int files = strcmp(a->file, b->file);

	return files ? files < 0 : a->line < b->line;
}

static bool set_location(struct finding *f, const struct finding_step *step)
{
	if (!step)
		return false;
	f->location = *step;
	f->location.event = NULL;
	f->location.what = NULL;
	f->location.lock = NULL;
	return true;
}

bool finding_locate(const struct check_input *in, struct finding *f)
{
	const struct finding_step *first = NULL;

	for (size_t i = 0; i < f->n_paths; i++) {
		const struct finding_step *step = last_in_scope(in, &f->paths[i], NULL);

		if (step && (!first || comes_before(step, first)))
			first = step;
	}
	return set_location(f, first);
}

bool finding_locate_holder(const struct check_input *in, struct finding *f)
{
	const struct finding_path *path = &f->paths[0];

	if (path->n && set_location(f, last_in_scope(in, path, path->steps[0].function)))
		return true;
	return finding_locate(in, f);
}

void finding_title(const struct check_input *in, struct finding *f)
{
	const struct check_rule *rule = check_rule_find(f->rule);
	const struct finding_path *path = f->paths;

	if (rule->syzbot && f->n_paths && path->n)
		f->syzbot_title = arena_printf(in->arena, "possible deadlock in %s",
					       path->steps[path->n - 1].function);
}
