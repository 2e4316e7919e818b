/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stages.c - the stages of the pipeline, as analyse() calls them */
#include "base/child.h"
#include "base/datadir.h"
#include "cmd/analysis_p.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define DEFAULT_RULES "kernel"
#define DEFAULT_MAX_CYCLE 4
#define DEFAULT_CACHE_MB 8192

void end_stage(struct analysis *a, const char *name)
{
	gint64 now = g_get_monotonic_time();

	report_add_timing(a->report, name, (double)(now - a->since) / G_USEC_PER_SEC);
	console_verbose(a->con, "%s: %.2f s", name, (double)(now - a->since) / G_USEC_PER_SEC);
	a->since = now;
}

/* --- source and rules ------------------------------------------------------------------------- */

static void describe_tree(struct analysis *a)
{
	struct report *report = a->report;

	report->version = a->tree->version ? a->tree->version : "";
	report->arch = a->tree->arch ? a->tree->arch : "";
	report->config = a->tree->config_name ? a->tree->config_name : "";
	report->scope = a->paths;
	report->units_total = a->units->len;
}

/* What the makefiles tell, for the files of another folder. */
static bool move_tree(struct tree *tree, const struct tree_version *version, struct console *con,
		      GError **err)
{
	if (!g_str_equal(version->home, version->root) && !tree_move(tree, version->root, con, err))
		return false;
	tree_set_scope(tree, version->scope, version->compiled);
	return true;
}

struct tree *analysis_open_tree(const struct options *o, const struct tree_version *version,
				const char *const *paths, const char *cache, struct console *con,
				GError **err)
{
	struct source_request request = { .tree = version ? version->home : o->tree,
					  .arch = o->arch,
					  .objtree = o->objtree,
					  .compile_commands = o->compile_commands,
					  .config = o->config,
					  .cache = cache,
					  .like = version ? version->like : NULL,
					  .no_exec = o->no_exec,
					  .paths = version ? version->places : paths,
					  .most_wins = version != NULL,
					  .compile = o->compile };
	struct tree *tree = tree_open(&request, err);

	if (tree && tree_prepare(tree, con, err) &&
	    (!version || move_tree(tree, version, con, err)))
		return tree;
	tree_free(tree);
	return NULL;
}

bool stage_source(struct analysis *a, GError **err)
{
	a->tree = analysis_open_tree(a->options, a->version, a->paths, a->cache, a->con, err);
	if (!a->tree)
		return false;
	end_stage(a, "prepare");
	a->units = tree_list_units(a->tree, a->con, err);
	if (!a->units)
		return false;
	describe_tree(a);
	end_stage(a, "list");
	return true;
}

/* A set named with --rules stands in for the kernel's; all else adds to it. */
static const char *choose_set(char **sets, char **said)
{
	for (; said && *said; said++) {
		if (g_strv_contains((const char *const *)sets, *said))
			return *said;
	}
	return DEFAULT_RULES;
}

struct rules *load_rules(const struct options *options, GError **err)
{
	g_autofree char *dir = datadir_file("rules");
	g_auto(GStrv) sets = rules_sets(dir);
	g_autoptr(GPtrArray) extra = g_ptr_array_new();
	const char *set = choose_set(sets, options->rules);

	for (char **said = options->rules; said && *said; said++) {
		if (!g_str_equal(*said, set))
			g_ptr_array_add(extra, *said);
	}
	g_ptr_array_add(extra, NULL);
	return rules_load(dir, set, (const char *const *)extra->pdata, err);
}

bool stage_rules(struct analysis *a, GError **err)
{
	a->rules = load_rules(a->options, err);
	return a->rules != NULL;
}

/* --- extract ---------------------------------------------------------------------------------- */

/* The same precompiled header's functions may come with every batch. */
static bool is_there(const struct analysis *a, const struct facts *facts)
{
	for (guint i = 0; i < a->facts->len; i++) {
		const struct facts *other = a->facts->pdata[i];

		if (other->map.size == facts->map.size &&
		    !memcmp(other->map.data, facts->map.data, facts->map.size))
			return true;
	}
	return false;
}

static bool is_base(const struct facts *facts)
{
	return facts->unit[0] == '@';
}

/* @refused gets the units of which nothing may be told. */
static void take_facts(struct analysis *a, const struct extract_result *result, bool asked,
		       GHashTable *refused)
{
	for (guint i = 0; i < result->facts->len; i++) {
		struct facts *facts = result->facts->pdata[i];
		g_autofree char *why = why_refused(a, facts);

		if (why) {
			report_add_failure(a->report, &(struct report_failure){ .file = facts->unit,
										.why = why,
										.around = !asked });
			g_hash_table_add(refused, (gpointer)facts->unit);
			continue;
		}
		if (!is_base(facts) || !is_there(a, facts))
			g_ptr_array_add(a->facts, facts);
		if (!is_base(facts))
			*(asked ? &a->report->units_analysed : &a->report->units_closure) += 1;
	}
}

static void take_result(struct analysis *a, struct extract_result *result, bool asked)
{
	g_autoptr(GHashTable) refused = g_hash_table_new(g_str_hash, g_str_equal);

	g_ptr_array_add(a->results, result);
	take_facts(a, result, asked, refused);
	for (guint i = 0; i < result->failures->len; i++) {
		const struct unit_failure *failure = result->failures->pdata[i];
		g_autofree char *why = g_strdup_printf("%s: %s", failure->stage, failure->why);

		if (g_hash_table_contains(refused, failure->file))
			continue;
		report_add_failure(a->report, &(struct report_failure){ .file = failure->file,
									.why = why,
									.partial = failure->partial,
									.around = !asked });
	}
}

static bool read_with_cache(struct analysis *a, const GPtrArray *units, const char *cache,
			    bool asked, GError **err)
{
	const struct options *o = a->options;
	struct extract_options options = { .jobs = (unsigned)MAX(o->jobs, 0),
					   .timeout_seconds = (unsigned)MAX(o->timeout, 0),
					   .memory_mb = (unsigned)MAX(o->memory, 0),
					   .no_pch = o->no_pch,
					   .cache_dir = cache,
					   .cache_limit_mb = o->cache_limit > 0
								     ? (size_t)o->cache_limit
								     : DEFAULT_CACHE_MB };
	struct extract_result *result;

	if (!units->len)
		return true;
	result = extract_units(a->tree, units, &options, a->con, err);
	if (!result)
		return false;
	take_result(a, result, asked);
	console_verbose(a->con,
			"%u files read, %zu of them from the cache; %.1f s of processor time",
			units->len, result->from_cache, result->parse_cpu_seconds);
	return true;
}

/*
 * The cache has room for one version of a unit. That of the base stays in it, as the next patch
 * will be compared with it too; those of patches go to a folder of their own.
 */
bool analysis_read(struct analysis *a, const GPtrArray *units, bool asked, GError **err)
{
	g_autoptr(GPtrArray) mine = g_ptr_array_new(), others = g_ptr_array_new();
	g_autofree char *cache = g_build_filename(a->cache, "patches", NULL);

	if (!a->version || !a->version->apart)
		return read_with_cache(a, units, a->cache, asked, err);
	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = units->pdata[i];
		bool apart = a->version->all_apart ||
			     g_hash_table_contains(a->version->apart, unit->file);

		g_ptr_array_add(apart ? others : mine, units->pdata[i]);
	}
	return read_with_cache(a, mine, a->cache, asked, err) &&
	       read_with_cache(a, others, cache, asked, err);
}

/* One process makes the index of words meanwhile: parsing few files leaves processors idle. */
bool stage_extract(struct analysis *a, GError **err)
{
	pid_t indexer = begin_read_around(a);
	bool ok = analysis_read(a, a->units, true, err);

	if (indexer)
		child_wait(indexer, NULL);
	if (ok)
		end_stage(a, "extract");
	return ok;
}

bool stage_closure(struct analysis *a, GError **err)
{
	if (!read_around(a, err))
		return false;
	end_stage(a, "closure");
	return true;
}

/* --- link, analyse, check --------------------------------------------------------------------- */

static bool in_scope(const char *file, void *data)
{
	return tree_in_scope(data, file);
}

void stage_link(struct analysis *a)
{
	a->program = program_link(a->facts, a->rules, in_scope, a->tree);
	a->report->functions = a->program->n_functions;
	end_stage(a, "link");
}

void stage_summaries(struct analysis *a)
{
	a->kept = flow_kept_open(a);
	a->summaries = summaries_build(a->program, NULL, a->kept, a->con);
	if (a->kept)
		console_verbose(a->con, "%zu of %zu functions are what they were",
				kept_taken(a->kept), a->program->n_functions);
	a->report->unresolved_calls = a->summaries->unresolved_calls;
	a->report->gave_up = a->summaries->gave_up;
	end_stage(a, "analyse");
}

/* All dependencies of a whole kernel are some millions. */
#define MANY_UNITS 1000

static enum graph_extent extent_of(const struct analysis *a)
{
	const struct options *o = a->options;

	if (o->direct || (o->direct_if_many && !o->all && a->units->len > MANY_UNITS))
		return GRAPH_DIRECT;
	return o->near ? GRAPH_NEAR : GRAPH_ALL;
}

static enum confidence least_of(const struct analysis *a)
{
	return a->options->all ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
}

void stage_graph(struct analysis *a)
{
	enum graph_extent extent = extent_of(a);

	if (extent == GRAPH_DIRECT)
		summaries_find_direct(a->summaries);
	else if (extent == GRAPH_NEAR)
		summaries_find_near(a->summaries, least_of(a));
	a->graph = graph_build(a->summaries, extent, least_of(a));
	a->report->classes = a->graph->n_classes;
	a->report->dependencies = a->graph->n_dependencies;
	end_stage(a, "graph");
}

size_t peak_rss_mb(const struct analysis *a)
{
	struct rusage usage;
	size_t peak;

	getrusage(RUSAGE_SELF, &usage);
	peak = (size_t)usage.ru_maxrss / 1024;
	for (guint i = 0; i < a->results->len; i++) {
		const struct extract_result *result = a->results->pdata[i];

		peak = MAX(peak, result->worker_peak_rss_mb);
	}
	return peak;
}

/* Each world by itself: what others do is not known in it. */
static void check_worlds(struct analysis *a, const struct check_input *whole)
{
	struct arena *arena = arena_new("worlds");
	g_autoptr(GArray) worlds = program_worlds(a->program, arena);

	console_begin(a->con, "looking at each world", worlds->len);
	for (guint i = 0; i < worlds->len; i++) {
		const struct world *world = &g_array_index(worlds, struct world, i);
		struct summaries *summaries = summaries_build(a->program, world, NULL, a->con);
		struct graph *graph = graph_build(summaries, GRAPH_ALL, least_of(a));
		struct check_input in = *whole;

		in.summaries = summaries;
		in.graph = graph;
		in.world = world;
		checks_run(&in, CHECKS_OF_GRAPH);
		checks_run(&in, CHECKS_OF_CODE);
		graph_free(graph);
		summaries_free(summaries);
		console_step(a->con, i + 1);
	}
	console_done(a->con);
	arena_free(arena);
}

void run_checks(struct analysis *a, enum check_group group)
{
	const struct options *o = a->options;
	struct check_options options = { .max_cycle = o->max_cycle > 0 ? (size_t)o->max_cycle
								       : DEFAULT_MAX_CYCLE,
					 .least = least_of(a),
					 .no_rt = o->no_rt,
					 .rt = o->rt,
					 .version = a->report->version,
					 .gated = o->gated,
					 .in_scope = in_scope,
					 .scope_data = a->tree };
	struct check_input in = { .program = a->program,
				  .summaries = a->summaries,
				  .graph = a->graph,
				  .rules = a->rules,
				  .options = &options,
				  .arena = a->report->arena,
				  .findings = a->report->findings,
				  .circles_cut = &a->report->circles_cut };

	if (!o->isolate)
		checks_run(&in, group);
	else if (group == CHECKS_OF_GRAPH) /* a world is made once, for both */
		check_worlds(a, &in);
}

static void end_checks(struct analysis *a)
{
	if (a->report->circles_cut)
		console_warn(a->con, "too many circles of locks: the search was given up, and some "
				     "are not reported; ask about less code at a time");
	end_stage(a, "check");
}

void stage_checks(struct analysis *a)
{
	run_checks(a, CHECKS_OF_GRAPH);
	run_checks(a, CHECKS_OF_CODE);
	end_checks(a);
}

void stage_graph_and_checks(struct analysis *a)
{
	struct checks_apart *apart = checks_begin(a);

	stage_graph(a);
	run_checks(a, CHECKS_OF_GRAPH);
	checks_end(apart);
	end_checks(a);
}
