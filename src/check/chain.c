/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.c - chains of findings that are not about the lock graph */
#include "check/chain_p.h"

#include <string.h>

struct chain chain_new(const struct check_input *in)
{
	return (struct chain){ .in = in };
}

static void add(struct chain *chain, uint32_t function, struct fact_loc loc, const char *event,
		const char *what)
{
	const struct program *program = chain->in->program;
	const struct facts *facts = program->units[program->functions[function].unit].facts;

	if (chain->n == CHAIN_MAX)
		return;
	chain->steps[chain->n++] =
		(struct finding_step){ .file = facts_file(facts, loc.file),
				       .line = loc.line,
				       .column = loc.column,
				       .function = function_name(program, function),
				       .event = event,
				       .what = what };
}

void chain_add_point(struct chain *chain, uint32_t function, struct flow_point where,
		     const char *event, const char *what)
{
	add(chain, function, flow_location(chain->in->program, function, where), event, what);
}

void chain_add_function(struct chain *chain, uint32_t function, const char *event, const char *what)
{
	add(chain, function, chain->in->program->functions[function].facts->loc, event, what);
}

void chain_give(const struct chain *chain, struct finding *f)
{
	struct finding_path *path = arena_new_struct(chain->in->arena, struct finding_path);

	path->n = chain->n;
	path->steps =
		arena_memdup(chain->in->arena, chain->steps, chain->n * sizeof(chain->steps[0]));
	f->paths = path;
	f->n_paths = 1;
}

void chain_locate(const struct chain *chain, struct finding *f, uint32_t function,
		  struct flow_point where)
{
	struct chain one = chain_new(chain->in);

	chain_add_point(&one, function, where, NULL, NULL);
	f->location = one.steps[0];
}

const struct role *call_role(const struct check_input *in, const struct call_event *event,
			     enum role_kind kind)
{
	const struct role *role = flow_roles(in->program, event);

	while (role && role->kind != kind)
		role = role->next;
	return role;
}

term_id role_argument(const struct call_event *event, int number)
{
	return number >= 0 && (uint32_t)number < event->n_args ? event->args[number] : 0;
}

const char *term_text(const struct check_input *in, uint32_t function, term_id term,
		      const char *otherwise)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (term && term_at(in->program->terms, term).kind != EXPR_RESULT)
		program_print_term(in->program, function, term, text);
	return arena_strdup(in->arena,
			    text->len && !strchr(text->str, '#') ? text->str : otherwise);
}

const char *argument_text(const struct check_input *in, uint32_t function, struct flow_point where,
			  int number, const char *otherwise)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	const struct fact_block *block = &facts->blocks[f->facts->blocks + where.block];
	const struct fact_step *step = &facts->steps[block->steps + where.step];
	g_autoptr(GString) text = g_string_new(NULL);

	if (where.step >= block->n_steps || step->kind != STEP_CALL || number >= step->n_args)
		return otherwise;
	facts_print_expr(facts, f->facts, facts->args[step->args + number], text);
	return text->len && !strchr(text->str, '#') ? arena_strdup(in->arena, text->str)
						    : otherwise;
}
