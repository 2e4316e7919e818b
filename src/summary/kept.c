/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept.c - which results of before are good, and keeping those of now
 *
 * The file: a head with a hash over the rest and the place of the list, the results one behind
 * the other, the list of functions that tells where each is and what it depends on.
 */
#include "summary/kept.h"

#include "base/child.h"
#include "base/file.h"
#include "flow/pack.h"
#include "program/asked.h"
#include "summary/summary.h"

#include <string.h>

#define MAGIC UINT64_C(0x31776f6c666b6c67) /* "glkflow1" */

/* Written again when more than one function in this many is new. */
#define WORTH_WRITING 20

/* The whole kernel is analysed rarely, and then it takes longer to keep than to do it again. */
#define MOST_FUNCTIONS 400000

struct head {
	uint64_t magic, hash, list;
};

struct question {
	struct program_question asked;
	uint64_t answer; /* a digest */
};

struct record {
	bool is_there;
	uint64_t body;
	size_t mark; /* of its result in the pack */
	uint32_t first_use, n_uses;
	uint32_t first_question, n_questions;
};

struct use {
	uint32_t caller, callee;
};

struct kept_flows {
	const struct program *program;
	struct portable *portable; /* NULL: nothing is known of before */
	struct arena *arena;	   /* of the results that are taken */
	char *path;
	struct mapping map;
	struct pack *pack;
	struct record *records; /* by function; NULL: none */
	GArray *known_uses;	/* uint32_t: the records' callees */
	GArray *known_questions;
	bool *taken;
	size_t n_taken;
	GArray *uses;	     /* struct use, of the functions that are run */
	uint32_t *last_user; /* per callee: the caller noted last, + 1 */
	pid_t writer;
};

/* --- reading ---------------------------------------------------------------------------------- */

static uint32_t read_count(struct kept_flows *k)
{
	uint32_t n = 0;

	PACK_NUMBER(k->pack, n);
	return n;
}

static void read_uses(struct kept_flows *k, struct record *record)
{
	record->n_uses = read_count(k);
	record->first_use = k->known_uses->len;
	for (uint32_t i = 0; i < record->n_uses; i++) {
		uint32_t callee = PROGRAM_NONE;

		pack_function(k->pack, &callee);
		g_array_append_val(k->known_uses, callee);
	}
}

static void read_questions(struct kept_flows *k, struct record *record, uint32_t function)
{
	record->n_questions = read_count(k);
	record->first_question = k->known_questions->len;
	for (uint32_t i = 0; i < record->n_questions; i++) {
		struct question question = { .asked.function = function };

		pack_term(k->pack, &question.asked.value);
		PACK_NUMBER(k->pack, question.asked.is_call);
		pack_number(k->pack, &question.answer);
		g_array_append_val(k->known_questions, question);
	}
}

static void read_record(struct kept_flows *k)
{
	struct record record = { .is_there = true };
	uint32_t function = PROGRAM_NONE;

	pack_function(k->pack, &function);
	pack_number(k->pack, &record.body);
	PACK_NUMBER(k->pack, record.mark);
	read_uses(k, &record);
	read_questions(k, &record, function);
	if (!pack_failed(k->pack) && function != PROGRAM_NONE)
		k->records[function] = record;
}

static void read_class_parts(struct kept_flows *k)
{
	for (uint32_t n = read_count(k); n; n--) {
		GArray *parts = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		uint32_t class = 0, part = 0;

		pack_string(k->pack, &class);
		for (uint32_t i = read_count(k); i; i--) {
			pack_string(k->pack, &part);
			g_array_append_val(parts, part);
		}
		program_set_class_parts(k->program, class, parts);
	}
}

static bool read_list(struct kept_flows *k, const struct head *head)
{
	uint64_t rest = 0;

	pack_go_to(k->pack, head->list);
	pack_number(k->pack, &rest);
	if (rest != portable_rest(k->portable))
		return false;
	k->records = g_new0(struct record, k->program->n_functions + 1);
	k->known_uses = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	k->known_questions = g_array_new(FALSE, FALSE, sizeof(struct question));
	for (uint32_t n = read_count(k); n; n--)
		read_record(k);
	read_class_parts(k);
	return true;
}

static bool read_file(struct kept_flows *k)
{
	const struct head *head = k->map.data;
	const char *body = (const char *)k->map.data + sizeof(*head);

	if (k->map.size < sizeof(*head) || head->magic != MAGIC ||
	    head->hash != file_hash_bytes(head->list, body, k->map.size - sizeof(*head)))
		return false;
	k->portable = portable_new(k->program);
	k->pack = pack_open(k->program, k->portable, body, k->map.size - sizeof(*head), k->arena);
	return k->pack && read_list(k, head);
}

struct kept_flows *kept_open(const struct program *program, const char *path)
{
	struct kept_flows *k = g_new0(struct kept_flows, 1);

	k->program = program;
	k->path = g_strdup(path);
	k->arena = arena_new("results of before");
	k->taken = g_new0(bool, program->n_functions + 1);
	k->uses = g_array_new(FALSE, FALSE, sizeof(struct use));
	k->last_user = g_new0(uint32_t, program->n_functions + 1);
	if (file_map(path, &k->map, NULL) && !read_file(k))
		g_clear_pointer(&k->records, g_free);
	return k;
}

void kept_close(struct kept_flows *k)
{
	if (!k)
		return;
	if (k->writer)
		child_wait(k->writer, NULL);
	pack_free(k->pack);
	portable_free(k->portable);
	file_unmap(&k->map);
	if (k->known_uses)
		g_array_unref(k->known_uses);
	if (k->known_questions)
		g_array_unref(k->known_questions);
	g_array_unref(k->uses);
	g_free(k->records);
	g_free(k->taken);
	g_free(k->last_user);
	g_free(k->path);
	arena_free(k->arena);
	g_free(k);
}

/* --- taking ----------------------------------------------------------------------------------- */

static bool callees_are_good(const struct kept_flows *k, const struct record *record,
			     uint32_t component)
{
	for (uint32_t i = 0; i < record->n_uses; i++) {
		uint32_t callee = g_array_index(k->known_uses, uint32_t, record->first_use + i);

		if (!k->taken[callee] && k->program->functions[callee].component != component)
			return false;
	}
	return true;
}

static bool answers_are_alike(const struct kept_flows *k, const struct record *record)
{
	for (uint32_t i = 0; i < record->n_questions; i++) {
		const struct question *question = &g_array_index(
			k->known_questions, struct question, record->first_question + i);

		if (program_ask(k->program, k->portable, &question->asked) != question->answer)
			return false;
	}
	return true;
}

static bool is_good(const struct kept_flows *k, uint32_t function, uint32_t component)
{
	const struct record *record = &k->records[function];

	return record->is_there && callees_are_good(k, record, component) &&
	       record->body == portable_body(k->portable, function) && answers_are_alike(k, record);
}

static const struct flow_result *read_result(struct kept_flows *k, uint32_t function)
{
	struct flow_result *result = arena_new_struct(k->arena, struct flow_result);

	pack_go_to(k->pack, k->records[function].mark);
	pack_result(k->pack, result);
	return pack_failed(k->pack) ? NULL : result;
}

static void forget(struct summaries *s, const uint32_t *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->functions[members[i]].flow = NULL;
}

bool kept_take(struct kept_flows *k, struct summaries *s, uint32_t component)
{
	const struct program *program = k->program;
	const uint32_t *members = program->component_members + program->component_first[component];
	size_t n = program->component_first[component + 1] - program->component_first[component];

	for (size_t i = 0; i < n; i++)
		if (!k->records || !is_good(k, members[i], component))
			return false;
	for (size_t i = 0; i < n; i++) {
		s->functions[members[i]].flow = read_result(k, members[i]);
		if (!s->functions[members[i]].flow) {
			forget(s, members, n);
			return false;
		}
	}
	for (size_t i = 0; i < n; i++)
		k->taken[members[i]] = true;
	k->n_taken += n;
	return true;
}

size_t kept_taken(const struct kept_flows *k)
{
	return k->n_taken;
}

void kept_note_use(struct kept_flows *k, uint32_t caller, uint32_t callee)
{
	struct use use = { caller, callee };

	if (k->last_user[callee] == caller + 1)
		return;
	k->last_user[callee] = caller + 1;
	g_array_append_val(k->uses, use);
}

/* --- writing ---------------------------------------------------------------------------------- */

struct writer {
	struct kept_flows *kept;
	const struct summaries *s;
	struct pack *pack;
	GArray *questions;		      /* struct question, by function */
	uint32_t *first_use, *first_question; /* per function, and one more */
};

static void note_question(const struct program_question *asked, void *data)
{
	struct writer *w = data;
	struct question question = { *asked,
				     program_ask(w->kept->program, w->kept->portable, asked) };

	g_array_append_val(w->questions, question);
}

static int compare_questions(const void *p, const void *q)
{
	const struct program_question *x = p, *y = q;

	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->is_call - y->is_call;
}

static int compare_uses(const void *p, const void *q)
{
	const struct use *x = p, *y = q;

	if (x->caller != y->caller)
		return x->caller < y->caller ? -1 : 1;
	return x->callee < y->callee ? -1 : x->callee > y->callee;
}

/* Of rows of @size bytes that are sorted by their first member, a function: where each begins. */
static uint32_t *index_rows(const GArray *rows, size_t size, size_t n_functions)
{
	uint32_t *first = g_new0(uint32_t, n_functions + 2);

	for (guint i = 0; i < rows->len; i++)
		first[*(const uint32_t *)(const void *)(rows->data + i * size) + 1]++;
	for (size_t f = 0; f < n_functions; f++)
		first[f + 1] += first[f];
	return first;
}

/* Who was taken has no uses of its own in this run. */
static void add_known_uses(struct kept_flows *k)
{
	for (uint32_t f = 0; f < k->program->n_functions; f++) {
		for (uint32_t i = 0; k->taken[f] && i < k->records[f].n_uses; i++) {
			struct use use = { f, g_array_index(k->known_uses, uint32_t,
							    k->records[f].first_use + i) };

			g_array_append_val(k->uses, use);
		}
	}
}

static void collect(struct writer *w)
{
	struct kept_flows *k = w->kept;
	size_t n = k->program->n_functions;

	add_known_uses(k);
	qsort(k->uses->data, k->uses->len, sizeof(struct use), compare_uses);
	w->first_use = index_rows(k->uses, sizeof(struct use), n);
	w->questions = g_array_new(FALSE, FALSE, sizeof(struct question));
	program_each_question(k->program, note_question, w);
	qsort(w->questions->data, w->questions->len, sizeof(struct question), compare_questions);
	w->first_question = index_rows(w->questions, sizeof(struct question), n);
}

static void write_record(struct writer *w, uint32_t function, uint64_t mark)
{
	const struct kept_flows *k = w->kept;
	uint64_t body = portable_body(k->portable, function);
	uint32_t use = w->first_use[function], end = w->first_use[function + 1];
	uint32_t question = w->first_question[function], last = w->first_question[function + 1],
		 n = end - use;

	pack_function(w->pack, &function);
	pack_number(w->pack, &body);
	pack_number(w->pack, &mark);
	PACK_NUMBER(w->pack, n);
	for (; use < end; use++)
		pack_function(w->pack, &g_array_index(k->uses, struct use, use).callee);
	n = last - question;
	PACK_NUMBER(w->pack, n);
	for (; question < last; question++) {
		struct question *q = &g_array_index(w->questions, struct question, question);

		pack_term(w->pack, &q->asked.value);
		PACK_NUMBER(w->pack, q->asked.is_call);
		pack_number(w->pack, &q->answer);
	}
}

static void write_class_parts(struct pack *pack, const struct program *program)
{
	uint32_t n = g_hash_table_size(program->class_parts);
	GHashTableIter iter;
	gpointer key, value;

	PACK_NUMBER(pack, n);
	g_hash_table_iter_init(&iter, program->class_parts);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		uint32_t class = GPOINTER_TO_UINT(key), n_parts = ((GArray *)value)->len;

		pack_string(pack, &class);
		PACK_NUMBER(pack, n_parts);
		for (uint32_t i = 0; i < n_parts; i++)
			pack_string(pack, &g_array_index((GArray *)value, uint32_t, i));
	}
}

/* Where the list begins. */
static uint64_t write_all(struct writer *w)
{
	uint32_t n = (uint32_t)w->kept->program->n_functions;
	g_autofree uint64_t *marks = g_new(uint64_t, n + 1);
	uint64_t rest = portable_rest(w->kept->portable), list;

	for (uint32_t f = 0; f < n; f++) {
		struct flow_result result = *w->s->functions[f].flow;

		marks[f] = pack_mark(w->pack);
		pack_result(w->pack, &result);
	}
	list = pack_mark(w->pack);
	pack_number(w->pack, &rest);
	PACK_NUMBER(w->pack, n);
	for (uint32_t f = 0; f < n; f++)
		write_record(w, f, marks[f]);
	write_class_parts(w->pack, w->kept->program);
	return list;
}

static bool write_file(struct writer *w)
{
	struct head head = { .magic = MAGIC, .list = write_all(w) };
	GByteArray *bytes = pack_bytes(w->pack);
	bool ok;

	head.hash = file_hash_bytes(head.list, bytes->data, bytes->len);
	g_byte_array_prepend(bytes, (const guint8 *)&head, sizeof(head));
	ok = file_replace(w->kept->path, bytes->data, bytes->len, NULL);
	g_byte_array_unref(bytes);
	return ok;
}

/* In a process of its own, which has a copy of all memory: nothing needs to be given back. */
static bool write_kept(void *data)
{
	struct writer *w = data;

	if (!w->kept->portable)
		w->kept->portable = portable_new(w->kept->program);
	w->pack = pack_new(w->kept->program, w->kept->portable);
	collect(w);
	return write_file(w);
}

void kept_keep(struct kept_flows *k, const struct summaries *s)
{
	size_t n = k->program->n_functions, n_new = n - k->n_taken;
	struct writer writer = { .kept = k, .s = s };

	if (n_new <= n / WORTH_WRITING || n > MOST_FUNCTIONS)
		return;
	k->writer = child_start(write_kept, &writer, NULL);
}
