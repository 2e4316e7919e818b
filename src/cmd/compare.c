/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare.c - two analyses of the same units: what only one of them has
 *
 * Findings are compared by id, dependencies by their classes and modes, uses of a lock by class,
 * mode and the function that takes it: by nothing that moves with lines, nor with files that git
 * knows to be renamed. Of the base a picture is enough, so that it need not be analysed anew for
 * each patch.
 */
#include "cmd/analysis_p.h"
#include "cmd/picture_p.h"
#include "summary/context.h"

#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

static const char *in_base(const char *text, const void *data)
{
	return renamed_back(data, text);
}

/* A lock class as the base calls it: the file that it is named after may have been moved. */
static const char *name_in_base(const struct analysis *a, const char *class_name)
{
	return renamed_back(a->version->renamed, class_name);
}

void name_findings_as_base(struct analysis *head)
{
	report_give_base_ids(head->report, in_base, head->version->renamed);
}

/* --- findings --------------------------------------------------------------------------------- */

static const char *id_in_base(const struct finding *f)
{
	return f->base_id ? f->base_id : f->id;
}

static void add_ids(GHashTable *ids, const GPtrArray *findings)
{
	for (guint i = 0; i < findings->len; i++)
		g_hash_table_add(ids, (gpointer)id_in_base(findings->pdata[i]));
}

static void add_suppressed_ids(GHashTable *ids, const struct report *report)
{
	for (guint i = 0; i < report->suppressed->len; i++) {
		const struct report_suppression *s =
			&g_array_index(report->suppressed, struct report_suppression, i);

		g_hash_table_add(ids, (gpointer)id_in_base(s->finding));
	}
}

/* What is suppressed now is not fixed. */
static void tell_fixed(struct report *head, const struct report *base)
{
	g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);

	add_ids(now, head->findings);
	add_suppressed_ids(now, head);
	for (guint i = 0; i < base->findings->len; i++) {
		struct finding *f = base->findings->pdata[i];

		if (!g_hash_table_contains(now, id_in_base(f)))
			g_ptr_array_add(head->diff->fixed, f);
	}
}

/* Units that @one could not read, or not whole, and @other could. */
static guint count_more_failures(const struct report *one, const struct report *other)
{
	g_autoptr(GHashTable) failed = g_hash_table_new(g_str_hash, g_str_equal);
	guint n = 0;

	for (guint i = 0; i < other->failures->len; i++)
		g_hash_table_add(
			failed,
			(gpointer)g_array_index(other->failures, struct report_failure, i).file);
	for (guint i = 0; i < one->failures->len; i++)
		n += !g_hash_table_contains(
			failed, g_array_index(one->failures, struct report_failure, i).file);
	return n;
}

/* What was not read has no findings: that is no repair, nor are those of a broken base new. */
static void tell_doubt(struct report *head, const struct report *base)
{
	GPtrArray *fixed = head->diff->fixed;

	if (fixed->len && count_more_failures(head, base)) {
		char *note = arena_printf(head->arena,
					  "%u finding%s of the base %s not found any more; as not "
					  "all was read, whether %s fixed is not known",
					  fixed->len, fixed->len == 1 ? "" : "s",
					  fixed->len == 1 ? "is" : "are",
					  fixed->len == 1 ? "it is" : "they are");

		g_ptr_array_add(head->diff->notes, note);
		g_ptr_array_set_size(fixed, 0);
	}
	if (head->findings->len && count_more_failures(base, head))
		g_ptr_array_add(head->diff->notes,
				(gpointer) "not all of the base could be read: what is told as new "
					   "may have been there");
}

static void drop_known(struct report *head, GHashTable *before)
{
	guint kept = 0;

	for (guint i = 0; i < head->findings->len; i++) {
		struct finding *f = head->findings->pdata[i];

		if (!g_hash_table_contains(before, id_in_base(f)))
			head->findings->pdata[kept++] = f;
	}
	head->known = head->findings->len - kept;
	g_ptr_array_set_size(head->findings, (gint)kept);
}

/* Those that the patch itself suppresses, or brings in as such, are told. */
static void drop_suppressed_before(struct report *head, const struct report *base,
				   GHashTable *before)
{
	g_autoptr(GHashTable) suppressed = g_hash_table_new(g_str_hash, g_str_equal);
	guint kept = 0;

	add_suppressed_ids(suppressed, base);
	for (guint i = 0; i < head->suppressed->len; i++) {
		struct report_suppression s =
			g_array_index(head->suppressed, struct report_suppression, i);

		if (g_hash_table_contains(suppressed, id_in_base(s.finding)))
			continue;
		s.was_there = g_hash_table_contains(before, id_in_base(s.finding));
		g_array_index(head->suppressed, struct report_suppression, kept++) = s;
	}
	g_array_set_size(head->suppressed, kept);
}

static void compare_findings(struct report *head, const struct report *base)
{
	g_autoptr(GHashTable) before = g_hash_table_new(g_str_hash, g_str_equal);

	add_ids(before, base->findings);
	tell_fixed(head, base);
	drop_suppressed_before(head, base, before);
	drop_known(head, before);
	tell_doubt(head, base);
	/* A file of suppressions is for more than what a patch touches. */
	g_ptr_array_set_size(head->stale, 0);
}

/* --- dependencies ----------------------------------------------------------------------------- */

static char *dependency_key(const struct analysis *a, const struct dependency *d)
{
	const struct lock_class *from = &a->graph->classes[d->from],
				*to = &a->graph->classes[d->to];

	return g_strdup_printf("%s|%s|%d|%d", name_in_base(a, from->class_name),
			       name_in_base(a, to->class_name), d->from_mode, d->to_mode);
}

static void note_dependencies(const struct analysis *a, struct picture *picture)
{
	for (uint32_t i = 0; i < a->graph->n_dependencies; i++) {
		g_autofree char *key = dependency_key(a, &a->graph->dependencies[i]);

		picture_add(picture, PICTURE_DEPENDENCIES, key);
	}
}

static struct finding_path path_of(const struct graph *graph, const struct dependency *d,
				   const struct witness *witness, struct arena *arena)
{
	struct finding_step *steps = arena_new_array(arena, struct finding_step, witness->n + 1);
	const struct lock_class *from = &graph->classes[d->from], *to = &graph->classes[d->to];

	for (size_t i = 0; i < witness->n; i++) {
		const struct witness_step *s = &witness->steps[i];

		steps[i] = (struct finding_step){ .file = s->file,
						  .line = s->line,
						  .column = s->column,
						  .function = s->function,
						  .event = witness_event_name(s->event),
						  .what = s->what };
		if (s->event == WITNESS_ACQUIRE && s->lock != PROGRAM_NONE)
			steps[i].lock = graph->classes[s->lock].class_name;
	}
	return (struct finding_path){ .holds = from->class_name,
				      .acquires = to->class_name,
				      .holds_label = from->name ? from->name : from->class_name,
				      .acquires_label = to->name ? to->name : to->class_name,
				      .n = witness->n,
				      .steps = steps,
				      .contradicts = witness->contradicts };
}

static bool closes_circle(const struct graph *graph, const struct dependency *d)
{
	g_autoptr(GArray) back = NULL;

	if (d->from == d->to)
		return !d->same_instance_impossible;
	back = graph_path(graph, d->to, d->from, CONFIDENCE_MEDIUM);
	return back->len > 0;
}

/*
 * A lock inside of a primitive, as a mutex has one, is taken wherever the primitive is called:
 * with the primitive's own lock all is said.
 */
static bool is_implied(const struct analysis *a, const struct finding_path *path)
{
	const struct finding_step *last = path->n ? &path->steps[path->n - 1] : NULL;
	uint32_t function = last ? function_at(a->program, last->file, last->line) : PROGRAM_NONE;
	const struct flow_result *flow =
		function != PROGRAM_NONE ? a->summaries->functions[function].flow : NULL;
	bool implied = false;

	for (uint32_t i = 0; flow && i < flow->n_acquires; i++) {
		const struct acquire_event *event = &flow->acquires[i];
		const char *class = program_string(a->program, event->lock.class_string);

		if (!g_str_equal(class, path->acquires))
			continue;
		if (!event->is_might)
			return false;
		implied = true;
	}
	return implied;
}

/*
 * Whether somebody would want to be told. Not of the scheduler's locks, which are taken inside of
 * every lock that is held while something sleeps: what sleeps there says it all.
 */
static bool is_telling(const struct analysis *a, const struct report_dependency *d,
		       const struct witness *witness)
{
	if (witness->contradicts)
		return false;
	return d->closes || (!witness->implied && !is_implied(a, &d->path));
}

static void tell_dependency(const struct analysis *a, const struct dependency *d)
{
	struct arena *arena = a->report->arena;
	struct witness witness = graph_witness(a->graph, d->witness, WITNESS_WHOLE, arena);
	struct report_dependency new = { .path = path_of(a->graph, d, &witness, arena),
					 .from_mode = lock_mode_name(d->from_mode),
					 .to_mode = lock_mode_name(d->to_mode),
					 .confidence = (int)d->confidence,
					 .closes = closes_circle(a->graph, d) };

	if (is_telling(a, &new, &witness))
		g_array_append_val(a->report->diff->dependencies, new);
}

/* Surer ones than guesses: those that the patch's author can be asked about. */
static void compare_dependencies(const struct analysis *a, const struct picture *base)
{
	for (uint32_t i = 0; i < a->graph->n_dependencies; i++) {
		const struct dependency *d = &a->graph->dependencies[i];
		g_autofree char *key = dependency_key(a, d);

		if (d->in_scope && d->confidence >= CONFIDENCE_MEDIUM &&
		    !picture_has(base, PICTURE_DEPENDENCIES, key))
			tell_dependency(a, d);
	}
}

/* --- uses ------------------------------------------------------------------------------------- */

static const char *class_of(const struct analysis *a, const struct acquisition *taken)
{
	return program_string(a->program, taken->class_string);
}

static const char *class_in_base(const struct analysis *a, const struct acquisition *taken)
{
	return name_in_base(a, class_of(a, taken));
}

static const struct symbol *symbol_of(const struct analysis *a, uint32_t function)
{
	return &a->program->symbols[a->program->functions[function].symbol];
}

/* Without the file: that may have been moved. */
static char *use_key(const struct analysis *a, uint32_t function, const struct acquisition *taken)
{
	const struct symbol *symbol = symbol_of(a, function);

	return g_strdup_printf("%s|%d|%d|%s", class_in_base(a, taken), taken->mode, taken->subclass,
			       program_string(a->program, symbol->name));
}

/* What the function itself has switched off where it takes a lock. */
static const char *context_text(const struct exec_context *exec)
{
	if (exec->irqs == IRQS_OFF)
		return "with interrupts off";
	if (exec->irqs == IRQS_ON)
		return "with interrupts on";
	if (exec->bh > 0)
		return "with softirqs off";
	return exec->preempt > 0 ? "with preemption off" : "";
}

static char *context_key(const char *use, const char *context)
{
	return g_strdup_printf("%s|%s", use, context);
}

/* Each context in which @function itself takes the lock, once; none where a primitive does. */
static GPtrArray *own_contexts(const struct analysis *a, uint32_t function,
			       const struct acquisition *taken)
{
	const struct flow_result *flow = a->summaries->functions[function].flow;
	GPtrArray *contexts = g_ptr_array_new();
	bool implied = false;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *event = &flow->acquires[i];
		const char *context = context_text(&event->exec);

		if (event->lock.class_string != taken->class_string)
			continue;
		implied = implied || event->is_might;
		if (!event->is_might &&
		    !g_ptr_array_find_with_equal_func(contexts, context, g_str_equal, NULL))
			g_ptr_array_add(contexts, (gpointer)context);
	}
	if (!contexts->len && !implied)
		g_ptr_array_add(contexts, (gpointer) "");
	return contexts;
}

static void note_use(const struct analysis *a, uint32_t function, const struct acquisition *taken,
		     struct picture *picture)
{
	g_autoptr(GPtrArray) contexts = own_contexts(a, function, taken);
	g_autofree char *key = use_key(a, function, taken);

	for (guint i = 0; i < contexts->len; i++) {
		g_autofree char *whole = context_key(key, contexts->pdata[i]);

		picture_add(picture, PICTURE_CONTEXTS, whole);
	}
	picture_add(picture, PICTURE_USES, key);
	picture_add(picture, PICTURE_CLASSES, class_in_base(a, taken));
}

static void note_uses(const struct analysis *a, struct picture *picture)
{
	for (uint32_t f = 0; f < a->program->n_functions; f++) {
		const struct function_summary *summary = &a->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_own; i++)
			note_use(a, f, &a->summaries->acquisitions[summary->own[i]], picture);
	}
}

static void add_use(const struct analysis *a, uint32_t function, const struct acquisition *taken,
		    const char *context, bool is_new_context)
{
	const struct symbol *symbol = symbol_of(a, function);
	uint32_t class = graph_find_class(a->graph, class_of(a, taken));
	struct report_use use = {
		.lock = { .class_name = class_of(a, taken),
			  .defined_as = program_string(a->program, taken->class_string),
			  .name = class_of(a, taken),
			  .kind = lock_kind_name((enum lock_kind)taken->kind),
			  .subclass = taken->subclass },
		.mode = lock_mode_name((enum lock_mode)taken->mode),
		.context = context,
		.is_new_context = is_new_context,
		.at = { .file = program_string(a->program, symbol->file),
			.line = symbol->line,
			.function = program_string(a->program, symbol->name) },
	};

	if (class != PROGRAM_NONE && a->graph->classes[class].name)
		use.lock.name = a->graph->classes[class].name;
	g_array_append_val(a->report->diff->uses, use);
}

static void compare_use(const struct analysis *head, uint32_t function,
			const struct acquisition *taken, const struct picture *base)
{
	g_autoptr(GPtrArray) contexts = own_contexts(head, function, taken);
	g_autofree char *key = use_key(head, function, taken);
	bool was_used = picture_has(base, PICTURE_USES, key);

	if (!picture_has(base, PICTURE_CLASSES, class_in_base(head, taken)))
		return;
	for (guint i = 0; i < contexts->len; i++) {
		g_autofree char *whole = context_key(key, contexts->pdata[i]);

		if (!picture_has(base, PICTURE_CONTEXTS, whole))
			add_use(head, function, taken, contexts->pdata[i], was_used);
	}
}

static void compare_uses(const struct analysis *head, const struct picture *base)
{
	for (uint32_t f = 0; f < head->program->n_functions; f++) {
		const struct function_summary *summary = &head->summaries->functions[f];

		for (uint32_t i = 0; head->program->functions[f].in_scope && i < summary->n_own;
		     i++)
			compare_use(head, f, &head->summaries->acquisitions[summary->own[i]], base);
	}
}

/* --- what runs there -------------------------------------------------------------------------- */

/*
 * In which kinds of context locks are taken, by all that is known to call there. What the base is
 * only guessed to do is not new either.
 */
struct levels {
	const struct analysis *a;
	enum confidence least;
};

typedef void (*level_fn)(const struct levels *levels, uint32_t function,
			 const struct acquire_event *event, enum exec_level level, void *data);

static char *level_key(const struct levels *levels, const struct acquire_event *event,
		       enum exec_level level)
{
	const char *class = program_string(levels->a->program, event->lock.class_string);

	return g_strdup_printf("%s|%d", name_in_base(levels->a, class), level);
}

static void for_each_level(const struct levels *levels, uint32_t function, level_fn found,
			   void *data)
{
	const struct flow_result *flow = levels->a->summaries->functions[function].flow;
	exec_set entered = contexts_of(levels->a->summaries->contexts, function, levels->least);

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		exec_set now = exec_now(entered, &flow->acquires[i].exec, false);

		for (int s = 0; !flow->acquires[i].is_might && s < SITUATIONS; s++) {
			if (now & (1u << s))
				found(levels, function, &flow->acquires[i],
				      situation_level((enum situation)s), data);
		}
	}
}

static void note_level(const struct levels *levels, uint32_t function,
		       const struct acquire_event *event, enum exec_level level, void *data)
{
	g_autofree char *key = level_key(levels, event, level);

	(void)function;
	picture_add(data, PICTURE_LEVELS, key);
}

static void note_levels(const struct analysis *a, struct picture *picture)
{
	struct levels levels = { .a = a, .least = CONFIDENCE_LOW };

	for (uint32_t f = 0; f < a->program->n_functions; f++)
		for_each_level(&levels, f, note_level, picture);
}

struct told_levels {
	const struct picture *base;
	GHashTable *told; /* "class|level" */
};

/* Once for each lock that the base took too, though never there. */
static void tell_level(const struct levels *levels, uint32_t function,
		       const struct acquire_event *event, enum exec_level level, void *data)
{
	static const char *const texts[] = { [EXEC_TASK] = "in a task",
					     [EXEC_SOFTIRQ] = "in a softirq",
					     [EXEC_RCU] = "in an RCU callback",
					     [EXEC_HARDIRQ] = "in a hardirq",
					     [EXEC_NMI] = "in an NMI" };
	const struct acquisition taken = { .class_string = event->lock.class_string,
					   .kind = event->lock.kind,
					   .mode = event->lock.mode };
	struct told_levels *so_far = data;
	bool was_there = false;

	for (int l = 0; l < (int)G_N_ELEMENTS(texts); l++) {
		g_autofree char *key = level_key(levels, event, (enum exec_level)l);

		if (!picture_has(so_far->base, PICTURE_LEVELS, key))
			continue;
		was_there = true;
		if (l == (int)level)
			return;
	}
	if (was_there && g_hash_table_add(so_far->told, level_key(levels, event, level)))
		add_use(levels->a, function, &taken, texts[level], true);
}

static void compare_levels(const struct analysis *head, const struct picture *base)
{
	struct told_levels so_far = {
		.base = base,
		.told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	struct levels now = { .a = head, .least = CONFIDENCE_MEDIUM };

	for (uint32_t f = 0; f < head->program->n_functions; f++) {
		if (head->program->functions[f].in_scope)
			for_each_level(&now, f, tell_level, &so_far);
	}
	g_hash_table_unref(so_far.told);
}

/* --- all of it -------------------------------------------------------------------------------- */

void picture_take(const struct analysis *a, struct picture *picture)
{
	note_dependencies(a, picture);
	note_uses(a, picture);
	note_levels(a, picture);
}

void compare_versions(struct analysis *head, const struct report *base,
		      const struct picture *picture)
{
	compare_findings(head->report, base);
	compare_dependencies(head, picture);
	compare_uses(head, picture);
	compare_levels(head, picture);
}
