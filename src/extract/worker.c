/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker.c - one unit after the other, in a process of its own */
#include "extract/worker_p.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

void reply_failed(struct job_reply *reply, const char *stage, const char *text)
{
	reply->ok = false;
	g_strlcpy(reply->stage, stage, sizeof(reply->stage));
	g_strlcpy(reply->text, text, sizeof(reply->text));
}

static char *unit_path(const struct worker *w, const struct unit_spec *unit)
{
	if (unit->file[0] == '/')
		return g_strdup(unit->file);
	return g_strdup_printf("%s/%s", w->env->roots.tree, unit->file);
}

static const struct pch_names *names_of(struct worker *w, const struct pch_group *group)
{
	struct pch_names *names = g_hash_table_lookup(w->names, group);

	if (!names) {
		names = pch_names_read(w->env, group);
		if (names)
			g_hash_table_insert(w->names, (gpointer)group, names);
	}
	return names;
}

/* The facts of a precompiled header; NULL when they went from the cache meanwhile. */
static const struct facts *base_of(struct worker *w, const char *key)
{
	struct facts *facts = g_hash_table_lookup(w->bases, key);
	g_autofree char *path = NULL;

	if (facts)
		return facts;
	path = facts_cache_path(w->env->cache, key);
	facts = facts_open(path, NULL);
	if (facts)
		g_hash_table_insert(w->bases, g_strdup(key), facts);
	return facts;
}

/*
 * With the precompiled header; NULL when there is none, when it does not fit, or when errors come
 * up, which may be its fault: a name of a header that the unit would not have read.
 */
static CXTranslationUnit parse_with_pch(struct worker *w, const struct job *job, const char *file)
{
	const struct extract_env *env = w->env;
	g_autofree char *pch = NULL;
	g_autoptr(GPtrArray) argv = NULL;
	g_autoptr(GPtrArray) errors = NULL;
	const struct pch_names *names;
	CXTranslationUnit tu;

	if (job->is_retry || !*job->base)
		return NULL;
	names = names_of(w, env->group_of[job->index]);
	if (!names || !pch_suits(names, file) || !base_of(w, job->base))
		return NULL;
	pch = pch_path(env, job->base);
	argv = argv_with_pch(env, env->units->pdata[job->index], pch);
	tu = parse_file(w, file, argv, CXTranslationUnit_None, NULL);
	if (!tu)
		return NULL;
	errors = parse_errors(w, tu);
	if (!errors->len)
		return tu;
	clang_disposeTranslationUnit(tu);
	return NULL;
}

static CXTranslationUnit parse_plain(struct worker *w, const struct unit_spec *unit,
				     const char *file, GError **err)
{
	g_autoptr(GPtrArray) argv = argv_for_unit(w->env, unit);

	return parse_file(w, file, argv, CXTranslationUnit_None, err);
}

static void add_diagnostics(struct worker *w, CXTranslationUnit tu, struct facts_builder *builder)
{
	g_autoptr(GPtrArray) errors = parse_errors(w, tu);

	for (guint i = 0; i < errors->len; i++)
		facts_add_diagnostic(builder, errors->pdata[i]);
}

static void store_unit(struct worker *w, const struct unit_spec *unit, const char *base,
		       CXTranslationUnit tu, struct job_reply *reply)
{
	struct facts_builder *builder = facts_builder_new(unit->file, unit->module, base);
	struct lower_options options = worker_lower_options(w);
	g_autoptr(GError) err = NULL;
	g_autofree char *path = NULL;
	char key[KEY_SIZE];

	options.base = *base ? base_of(w, base) : NULL;
	key_for_unit(w->env, unit, key);
	path = facts_cache_path(w->env->cache, key);
	add_diagnostics(w, tu, builder);
	parse_add_inputs(w, tu, builder, NULL);
	if (!lower_unit(tu, &options, builder, &err))
		reply_failed(reply, "parse", err->message);
	else if (!facts_write(builder, path, &err))
		reply_failed(reply, "write", err->message);
	else
		reply->ok = true;
	facts_builder_free(builder);
}

static void read_unit(struct worker *w, const struct job *job, struct job_reply *reply)
{
	const struct unit_spec *unit = w->env->units->pdata[job->index];
	g_autofree char *file = unit_path(w, unit);
	g_autoptr(GError) err = NULL;
	const char *base = job->base;
	CXTranslationUnit tu;

	if (access(file, R_OK)) {
		reply_failed(reply, "parse", g_strerror(errno));
		return;
	}
	if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
		reply_failed(reply, "parse", g_strerror(EISDIR));
		return;
	}
	tu = parse_with_pch(w, job, file);
	if (!tu) {
		base = "";
		tu = parse_plain(w, unit, file, &err);
	}
	if (!tu) {
		reply_failed(reply, "parse", err->message);
		return;
	}
	store_unit(w, unit, base, tu, reply);
	clang_disposeTranslationUnit(tu);
}

static void do_job(struct worker *w, const struct job *job, struct job_reply *reply)
{
	w->started_ns = g_get_real_time() * 1000;
	switch (job->kind) {
	case JOB_UNIT:
		read_unit(w, job, reply);
		break;
	case JOB_BASE:
		base_make(w, w->env->groups->pdata[job->index], reply);
		break;
	}
}

static void limit(int resource, unsigned long pages, unsigned mb)
{
	struct rlimit limit;

	limit.rlim_cur = ((rlim_t)mb << 20) + (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
	limit.rlim_max = limit.rlim_cur;
	setrlimit(resource, &limit);
}

/*
 * On top of what is mapped already, most of which is libclang and the cached facts. Writable
 * memory has a limit of its own, since a sanitizer has reserved all address space beforehand.
 */
static void limit_memory(unsigned mb)
{
	unsigned long all = 0, data = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	if (!statm)
		return;
	if (fscanf(statm, "%lu %*u %*u %*u %*u %lu", &all, &data) == 2) {
		limit(RLIMIT_AS, all, mb);
		limit(RLIMIT_DATA, data, mb);
	}
	fclose(statm);
}

/* Handlers of the program that forked us are none of ours: a worker that crashes must die. */
static void reset_signals(void)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	/* Naming the functions on LLVM's stack takes seconds, and nobody reads them. */
	g_setenv("LLVM_DISABLE_SYMBOLIZATION", "1", TRUE);
}

static void set_limits(const struct extract_options *options)
{
	const struct rlimit no_core = { 0 };

	setrlimit(RLIMIT_CORE, &no_core);
	limit_memory(options->memory_mb);
	/* Nobody would read the result. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void worker_main(const struct extract_env *env, int socket)
{
	struct worker w = { .env = env };
	struct job job;

	reset_signals();
	set_limits(&env->options);
	w.index = clang_createIndex(1, 0);
	/*
	 * A crash ends the process: the parent knows how to go on, a half-dead libclang does not.
	 * Behind clang_createIndex(), which turns recovery on.
	 */
	clang_toggleCrashRecovery(0);
	w.inputs = g_hash_table_new(g_str_hash, g_str_equal);
	w.names = g_hash_table_new(NULL, NULL);
	w.bases = g_hash_table_new(g_str_hash, g_str_equal);
	while (recv(socket, &job, sizeof(job), 0) == sizeof(job)) {
		struct job_reply reply = { 0 };

		do_job(&w, &job, &reply);
		if (send(socket, &reply, sizeof(reply), MSG_NOSIGNAL) != sizeof(reply))
			break;
	}
	_exit(0);
}
