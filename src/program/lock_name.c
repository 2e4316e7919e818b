/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_name.c - what lockdep calls a class
 *
 * mutex_init(&kvm->lock) hands lockdep the text of its argument, "&kvm->lock"; a static lock's
 * initialiser has the variable's name. Both are facts: a call with a string argument, and a string
 * in an initialiser.
 */
#include "program/link_p.h"

#include <string.h>

static void remember(const struct program *program, GHashTable *names, term_id place, term_id text)
{
	struct term string = term_at(program->terms, text);
	uint32_t class = program_lock_class_or_part(program, place);

	if (class && string.kind == EXPR_STRING &&
	    !g_hash_table_contains(names, GUINT_TO_POINTER(class)))
		g_hash_table_insert(names, GUINT_TO_POINTER(class), GUINT_TO_POINTER(string.a));
}

/* &__lockdep_no_validate__ is the key of the locks that lockdep shall ignore. */
static void note_unvalidated(const struct program *program, term_id place, term_id key)
{
	struct term variable = term_at(program->terms, term_deref(program->terms, key));
	uint32_t class;

	if (variable.kind != EXPR_GLOBAL ||
	    !g_hash_table_contains(program->rules->unvalidated,
				   program_string(program, program->symbols[variable.a].name)))
		return;
	class = program_lock_class_or_part(program, place);
	if (class)
		g_hash_table_add(program->unvalidated, GUINT_TO_POINTER(class));
}

bool program_is_unvalidated(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->unvalidated, GUINT_TO_POINTER(class_string));
}

static void name_from_effect(const struct program *program, GHashTable *names,
			     const struct unit *unit, const struct fact_step *step,
			     const struct effect *effect)
{
	const uint32_t *args = &unit->facts->args[step->args];
	term_id place;

	if (effect->op != EFFECT_INIT && effect->op != EFFECT_SET_CLASS)
		return;
	if (effect->lock_arg < 0 || effect->lock_arg >= step->n_args || effect->name_arg < 0 ||
	    effect->name_arg >= step->n_args)
		return;
	place = term_deref(program->terms, unit->terms[args[effect->lock_arg]]);
	place = program_effect_place(program, place, effect);
	remember(program, names, place, unit->terms[args[effect->name_arg]]);
	if (effect->key_arg >= 0 && effect->key_arg < step->n_args)
		note_unvalidated(program, place, unit->terms[args[effect->key_arg]]);
}

static void names_from_step(const struct program *program, GHashTable *names,
			    const struct unit *unit, const struct fact_step *step)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return;
	primitive = program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		name_from_effect(program, names, unit, step, &primitive->effects[i]);
}

/* .dep_map = { .name = "..." } in the initialiser of a static lock. */
static void names_from_initialisers(const struct program *program, GHashTable *names,
				    const struct unit *unit)
{
	uint32_t map = intern_id(program->strings, "struct lockdep_map"),
		 name = intern_id(program->strings, "name");

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term lhs = term_at(program->terms, unit->terms[unit->facts->inits[i].lhs]);

		if (lhs.kind == EXPR_FIELD && lhs.a == map && lhs.b == name)
			remember(program, names, lhs.base, unit->terms[unit->facts->inits[i].rhs]);
	}
}

GHashTable *program_collect_lock_names(const struct program *program)
{
	GHashTable *names = g_hash_table_new(NULL, NULL);

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		names_from_initialisers(program, names, unit);
		for (uint32_t s = 0; s < unit->facts->n_steps; s++)
			names_from_step(program, names, unit, &unit->facts->steps[s]);
	}
	return names;
}

static const char *known_name(const struct program *program, const char *class)
{
	uint32_t id = intern_find(program->strings, class);
	gpointer name = id == UINT32_MAX
				? NULL
				: g_hash_table_lookup(program->lock_names, GUINT_TO_POINTER(id));

	return name ? program_string(program, GPOINTER_TO_UINT(name)) : NULL;
}

/* "struct sock.sk_lock.slock" was named where all of sk_lock was initialised. */
static const char *name_of_enclosing(const struct program *program, const char *class)
{
	g_autofree char *outer = g_strdup(class);

	for (char *dot = strrchr(outer, '.'); dot; dot = strrchr(outer, '.')) {
		const char *name;

		*dot = '\0';
		name = known_name(program, outer);
		if (name)
			return name;
	}
	return NULL;
}

static const char *made_up_name(const struct program *program, const char *class)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *dot = strchr(class, '.'), *colon = strrchr(class, ':');
	bool pointer = class[0] == '*';

	if (strncmp(class + pointer, "struct ", 7) == 0 && dot) {
		g_string_append(text, pointer ? "" : "&");
		g_string_append_len(text, class + pointer + 7, dot - class - pointer - 7);
		g_string_append_printf(text, "->%s", dot + 1);
	} else {
		g_string_append(text, colon ? colon + 1 : class);
	}
	return program_string(program, intern_id(program->strings, text->str));
}

const char *program_lockdep_name(const struct program *program, uint32_t class_string)
{
	const char *class = program_string(program, class_string);
	const char *name = known_name(program, class);

	if (!name)
		name = name_of_enclosing(program, class);
	return name ? name : made_up_name(program, class);
}
