/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * absent.c - functions that have annotations but no body here
 *
 *   void chip_lock(struct chip *c) __acquires(&c->lock);
 *   bool chip_try(struct chip *c) __cond_acquires(true, &c->lock);
 *
 * Where a body is out of sight - one file is read alone, or it is assembly - its annotations are
 * all there is: they become a primitive, as if a rule said the same. A body tells more, and the
 * rules know better than either. Interrupts are left alone: no annotation speaks of them.
 * (Documentation/dev-tools/sparse.rst; since 7.0 Documentation/dev-tools/context-analysis.rst)
 */
#include "program/link_p.h"

#include <string.h>

#define MOST_MEMBERS 8
#define MOST_EFFECTS 8

/* From the argument to the lock, innermost member first, as terms have it. */
struct way {
	struct effect_member members[MOST_MEMBERS];
	size_t n;
	term_id root; /* EXPR_PARAM or EXPR_GLOBAL */
};

static bool find_way(const struct program *program, term_id place, struct way *way)
{
	for (struct term term = term_at(program->terms, place);
	     term.kind != EXPR_PARAM && term.kind != EXPR_GLOBAL;
	     term = term_at(program->terms, place)) {
		if (term.kind == EXPR_DEREF && way->n)
			way->members[way->n - 1].deref = true;
		else if (term.kind == EXPR_FIELD && way->n < MOST_MEMBERS)
			way->members[way->n++] = (struct effect_member){
				.record = program_string(program, term.a),
				.member = program_string(program, term.b),
			};
		else if (term.kind != EXPR_DEREF || way->n ||
			 term_at(program->terms, term.base).kind != EXPR_PARAM)
			return false;
		place = term.base;
	}
	way->root = place;
	return true;
}

/* The argument is a pointer: that it is followed goes without saying. */
static bool set_members(const struct program *program, const struct way *way, struct effect *effect)
{
	struct effect_member *members =
		arena_new_array(program->arena, struct effect_member, way->n + 1);

	for (size_t i = 0; i < way->n; i++)
		members[i] = way->members[way->n - 1 - i];
	if (way->n && !members[0].deref)
		return false;
	members[0].deref = false;
	effect->members = members;
	effect->n_members = way->n;
	effect->lock_arg = (int)term_at(program->terms, way->root).a;
	return true;
}

static bool set_lock(const struct program *program, term_id place, struct effect *effect)
{
	struct way way = { .n = 0 };
	uint32_t class;

	if (!find_way(program, place, &way))
		return false;
	if (term_at(program->terms, way.root).kind == EXPR_PARAM)
		return set_members(program, &way, effect);
	class = program_lock_class(program, place);
	effect->class_name = class ? program_string(program, class) : NULL;
	return effect->class_name != NULL;
}

static bool op_of(enum fact_annotation_kind kind, enum effect_op *op, enum lock_mode *mode)
{
	bool is_release = kind == ANNOTATION_RELEASES || kind == ANNOTATION_RELEASES_SHARED;
	bool is_shared = kind == ANNOTATION_ACQUIRES_SHARED || kind == ANNOTATION_RELEASES_SHARED;

	*op = is_release ? EFFECT_RELEASE : EFFECT_ACQUIRE;
	*mode = is_shared ? MODE_READ : MODE_WRITE;
	return is_release || is_shared || kind == ANNOTATION_ACQUIRES ||
	       kind == ANNOTATION_COND_ACQUIRES;
}

/* "0" of "0,&$0->lock". */
static bool result_of(const char *text, enum result_rule *result)
{
	size_t length = strcspn(text, ", ");

	if (!strncmp(text, "0", length) || !strncmp(text, "false", length))
		*result = RESULT_ZERO;
	else if (!strncmp(text, "nonnull", length))
		*result = RESULT_NONNULL;
	else if (!strncmp(text, "1", length) || !strncmp(text, "true", length) ||
		 !strncmp(text, "nonzero", length))
		*result = RESULT_NONZERO;
	else
		return false;
	return length > 0;
}

/* False where the annotation says nothing of locks that is understood. */
static bool read_annotation(const struct program *program, const struct unit *unit,
			    const struct fact_symbol *symbol,
			    const struct fact_annotation *annotation, struct primitive *primitive,
			    struct effect *effect)
{
	const char *text = facts_string(unit->facts, annotation->text);
	bool on_result = annotation->kind == ANNOTATION_COND_ACQUIRES;
	const char *comma = strchr(text, ',');
	const char *type = NULL;
	term_id place;

	if (!op_of((enum fact_annotation_kind)annotation->kind, &effect->op, &effect->mode))
		return false;
	if (on_result && !(comma && result_of(text, &primitive->result)))
		return false;
	place = program_annotated_lock(program, unit, symbol, on_result ? comma + 1 : text, &type);
	effect->kind = program_kind_of_type(program, type);
	return place && effect->kind != LOCK_PSEUDO && set_lock(program, place, effect);
}

static bool waits(const struct primitive *primitive, const struct effect *effect)
{
	return effect->op == EFFECT_ACQUIRE && primitive->result == RESULT_ALWAYS &&
	       lock_kind_wait(effect->kind) == LOCK_WAIT_SLEEP;
}

static void read_symbol(const struct program *program, const struct unit *unit,
			const struct fact_symbol *from, struct symbol *symbol)
{
	struct primitive primitive = rules_no_primitive(program_string(program, symbol->name));
	struct effect *effects = arena_new_array(program->arena, struct effect, MOST_EFFECTS);

	for (uint32_t i = 0; i < from->n_annotations && primitive.n_effects + 1 < MOST_EFFECTS;
	     i++) {
		struct effect *effect = &effects[primitive.n_effects];

		*effect = rules_no_effect();
		if (!read_annotation(program, unit, from,
				     &unit->facts->annotations[from->annotations + i], &primitive,
				     effect))
			continue;
		primitive.n_effects++;
		if (!waits(&primitive, effect))
			continue;
		effects[primitive.n_effects] = rules_no_effect();
		effects[primitive.n_effects++].op = EFFECT_SLEEP;
	}
	if (!primitive.n_effects)
		return;
	primitive.effects = effects;
	primitive.is_try = primitive.result == RESULT_NONZERO;
	symbol->primitive = arena_memdup(program->arena, &primitive, sizeof(primitive));
}

void program_read_absent(struct program *program)
{
	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_symbols; i++) {
			const struct fact_symbol *from = &unit->facts->symbols[i];
			struct symbol *symbol = &program->symbols[unit->symbols[i]];

			if (from->n_annotations && (from->flags & SYMBOL_FUNCTION) &&
			    !(symbol->flags & SYMBOL_DEFINED) && !symbol->primitive)
				read_symbol(program, unit, from, symbol);
		}
	}
}
