/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * annotated.c - functions whose callers hold a lock, as __must_hold() says
 *
 *   void pool_wake(struct pool *p) __must_hold(&p->lock);
 *
 * The text of the annotation is an expression over the parameters and globals: names, "->", ".",
 * "&", "*" and brackets are understood, calls and macros are not. Parameters are numbered: $0. Up
 * to Linux 6.19 it is sparse's
 * __context__, from 7.0 on clang's context analysis; both have the same form.
 */
#include "program/link_p.h"

#include <string.h>

/* An expression that is being read. */
struct reader {
	const struct program *program;
	const struct unit *unit;
	const struct fact_symbol *symbol; /* the function's */
	const char *at;
	term_id place;	  /* what was read so far */
	const char *type; /* of it, as far as known: "struct dev *", or NULL */
};

static void skip_blanks(struct reader *r)
{
	while (g_ascii_isspace(*r->at) || *r->at == '(' || *r->at == ')')
		r->at++;
}

static bool eat(struct reader *r, const char *token)
{
	skip_blanks(r);
	if (!g_str_has_prefix(r->at, token))
		return false;
	r->at += strlen(token);
	skip_blanks(r);
	return true;
}

static char *read_name(struct reader *r)
{
	const char *start;

	skip_blanks(r);
	start = r->at;
	while (g_ascii_isalnum(*r->at) || *r->at == '_')
		r->at++;
	return g_strndup(start, (gsize)(r->at - start));
}

static bool is_pointer(const char *type)
{
	return type && g_str_has_suffix(type, "*");
}

/* Type number @number of "void (struct dev *, int (*)(void))", or NULL; in the program's arena. */
static const char *type_of_parameter(const struct reader *r, uint32_t number)
{
	const char *at = strchr(facts_string(r->unit->facts, r->symbol->type), '(');
	const char *start = at ? at + 1 : NULL;
	int depth = 0;

	for (at = start; at && *at; at++) {
		bool is_end = depth == 0 && strchr(",)", *at);

		if (is_end && !number--)
			return arena_printf(r->program->arena, "%.*s", (int)(at - start), start);
		if (is_end)
			start = at + 1 + strspn(at + 1, " ");
		depth += (*at == '(') - (*at == ')');
	}
	return NULL;
}

static bool read_parameter(struct reader *r)
{
	char *end;
	uint32_t number = (uint32_t)g_ascii_strtoull(r->at, &end, 10);

	if (end == r->at)
		return false;
	r->at = end;
	r->place = term_make(r->program->terms, (struct term){ .kind = EXPR_PARAM, .a = number });
	r->type = type_of_parameter(r, number);
	return r->type != NULL;
}

static bool read_global(struct reader *r)
{
	const struct facts *facts = r->unit->facts;
	g_autofree char *name = read_name(r);

	for (uint32_t i = 0; i < facts->n_symbols; i++) {
		const struct fact_symbol *symbol = &facts->symbols[i];

		if ((symbol->flags & SYMBOL_FUNCTION) ||
		    strcmp(facts_string(facts, symbol->name), name) != 0)
			continue;
		r->place = term_make(r->program->terms, (struct term){ .kind = EXPR_GLOBAL,
								       .a = r->unit->symbols[i] });
		r->type = facts_string(facts, symbol->type);
		return true;
	}
	return false;
}

static const char *type_of_member(const struct reader *r, const char *record, const char *name)
{
	const struct facts *facts = r->unit->facts;

	for (uint32_t i = 0; i < facts->n_fields; i++)
		if (!strcmp(facts_string(facts, facts->fields[i].record), record) &&
		    !strcmp(facts_string(facts, facts->fields[i].name), name))
			return facts_string(facts, facts->fields[i].type);
	return NULL;
}

/* "struct dev *" -> "struct dev" */
static char *record_of(const char *type)
{
	char *record = g_strdup(type);

	g_strdelimit(record, "*", ' ');
	return g_strstrip(record);
}

static bool read_member(struct reader *r, bool through_pointer)
{
	g_autofree char *record = r->type ? record_of(r->type) : NULL;
	g_autofree char *name = read_name(r);
	struct intern *strings = r->program->strings;

	if (!record || !*name)
		return false;
	if (through_pointer)
		r->place = term_deref(r->program->terms, r->place);
	r->place = term_field(r->program->terms, r->place, intern_id(strings, record),
			      intern_id(strings, name));
	r->type = type_of_member(r, record, name);
	return true;
}

static bool read_members(struct reader *r)
{
	for (;;) {
		if (eat(r, "->")) {
			if (!read_member(r, true))
				return false;
		} else if (eat(r, ".")) {
			if (!read_member(r, false))
				return false;
		} else {
			return !*r->at;
		}
	}
}

term_id program_annotated_lock(const struct program *program, const struct unit *unit,
			       const struct fact_symbol *symbol, const char *text,
			       const char **type)
{
	struct reader r = { .program = program, .unit = unit, .symbol = symbol, .at = text };

	if (!eat(&r, "&"))
		eat(&r, "*");
	if (!(eat(&r, "$") ? read_parameter(&r) : read_global(&r)) || !read_members(&r))
		return 0;
	*type = r.type;
	return is_pointer(r.type) ? term_deref(program->terms, r.place) : r.place;
}

static const struct fact_symbol *symbol_of(const struct program *program, uint32_t function)
{
	const struct function *f = &program->functions[function];

	return &program->units[f->unit].facts->symbols[f->facts->symbol];
}

static void note(const struct program *program, uint32_t function,
		 const struct fact_annotation *annotation, const char *text, GArray *found)
{
	const char *type;
	term_id place = program_annotated_lock(program,
					       &program->units[program->functions[function].unit],
					       symbol_of(program, function), text, &type);
	struct callback callback = { .function = function, .is_annotated = true };

	if (!place)
		return;
	callback.lock = program_lock_object(program, place);
	callback.class_string = program_lock_class(program, callback.lock);
	callback.kind = (uint8_t)program_lock_kind(program, function, place, LOCK_PSEUDO);
	callback.mode = annotation->kind == ANNOTATION_MUST_HOLD_SHARED ? MODE_READ : MODE_WRITE;
	if (callback.class_string && callback.kind != LOCK_PSEUDO)
		g_array_append_val(found, callback);
}

void program_collect_annotated(const struct program *program, GArray *found)
{
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct facts *facts = program->units[program->functions[f].unit].facts;
		const struct fact_symbol *symbol = symbol_of(program, f);

		for (uint32_t i = 0; i < symbol->n_annotations; i++) {
			const struct fact_annotation *annotation =
				&facts->annotations[symbol->annotations + i];

			if (annotation->kind == ANNOTATION_MUST_HOLD ||
			    annotation->kind == ANNOTATION_MUST_HOLD_SHARED)
				note(program, f, annotation, facts_string(facts, annotation->text),
				     found);
		}
	}
}
