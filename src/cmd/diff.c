/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff.c - --diff and --patch: what a patch brings in
 *
 * Both versions are shown in one folder of the cache, one after the other: links to the user's
 * work tree, or to a checkout where there is none, and the files that differ. So nothing is done
 * to the user's tree, paths stay the same, and what was read of unchanged files holds for both.
 */
#include "base/child.h"
#include "base/file.h"
#include "bridge/git.h"
#include "cmd/analysis_p.h"
#include "cmd/outputs_p.h"
#include "cmd/picture_p.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct diff {
	const struct options *options;
	struct console *con;
	struct git_repo *repo;
	char *cache, *base, *head; /* @base and @head: commits or trees */
	char *base_name, *head_name;
	GPtrArray *changed;  /* paths, base to head */
	GHashTable *renamed; /* among these: new path -> old path */
	GPtrArray *shown;    /* paths that the view has of its own */
	char *folder;	     /* ours, removed at the end */
	char *view, *checkout;
	int lock;
	struct affected affected;
	GPtrArray *scope, *old_places, *new_places;
	struct tree_version old, new;
};

/* --- what is compared ------------------------------------------------------------------------- */

static char *resolve_or_head(struct diff *d, const char *name, GError **err)
{
	return git_resolve(d->repo, *name ? name : "HEAD", err);
}

/* "A..B" or "A...B" */
static bool read_range(struct diff *d, const char *range, const char *dots, GError **err)
{
	bool merge_base = g_str_has_prefix(dots, "...");
	g_autofree char *left = g_strndup(range, (gsize)(dots - range));
	const char *right = dots + (merge_base ? 3 : 2);

	d->base = resolve_or_head(d, left, err);
	d->head = d->base ? resolve_or_head(d, right, err) : NULL;
	if (!d->head)
		return false;
	d->base_name = g_strdup(*left ? left : "HEAD");
	d->head_name = g_strdup(*right ? right : "HEAD");
	if (merge_base) {
		g_autofree char *left_id = g_steal_pointer(&d->base);

		d->base = git_merge_base(d->repo, left_id, d->head, err);
	}
	return d->base != NULL;
}

static bool read_patch(struct diff *d, const char *base, GError **err)
{
	const char *patch = d->options->patch;

	d->base = resolve_or_head(d, base ? base : "", err);
	if (!d->base)
		return false;
	d->base_name = g_strdup(base && *base ? base : "HEAD");
	d->head_name = g_strdup(g_str_equal(patch, "-") ? "the patch" : patch);
	d->head = git_apply(d->repo, d->base, patch, d->affected.notes, err);
	return d->head != NULL;
}

/* A build directory may lie in the tree. */
#define MOST_UNTRACKED 200

/* Files that are still to be added to git are a part of the change. */
static char *tree_of_worktree(struct diff *d, GError **err)
{
	g_autoptr(GPtrArray) untracked = git_untracked(d->repo, err);
	guint n = untracked ? untracked->len : 0;

	if (!untracked)
		return NULL;
	if (n > MOST_UNTRACKED)
		g_ptr_array_set_size(untracked, 0);
	if (n)
		g_ptr_array_add(d->affected.notes,
				g_strdup_printf("%u file%s that git does not track: %s", n,
						n == 1 ? "" : "s",
						untracked->len ? "looked at too"
							       : "too many, left out"));
	return git_worktree_tree(d->repo, untracked, err);
}

static bool read_worktree(struct diff *d, const char *base, GError **err)
{
	if (!git_repo_worktree(d->repo)) {
		g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--diff: '%s' would be compared with the work tree, and a bare "
			    "repository has none; write A..B",
			    base);
		return false;
	}
	d->base = git_resolve(d->repo, base, err);
	d->base_name = g_strdup(base);
	d->head_name = g_strdup("the work tree");
	d->head = d->base ? tree_of_worktree(d, err) : NULL;
	return d->head != NULL;
}

static bool read_versions(struct diff *d, GError **err)
{
	const char *said = d->options->diff;
	const char *dots = said ? strstr(said, "..") : NULL;

	if (d->options->patch && dots) {
		g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--patch: with it, --diff names one commit, the base: not '%s'", said);
		return false;
	}
	if (d->options->patch)
		return read_patch(d, said, err);
	return dots ? read_range(d, said, dots, err) : read_worktree(d, said, err);
}

/*
 * No file of a kernel has such a name. Told as it is, it could move the cursor of a terminal, or
 * begin a line that looks like one of ours.
 */
static bool is_odd_name(const char *path)
{
	for (const char *at = path; *at; at++) {
		if (g_ascii_iscntrl(*at))
			return true;
	}
	return !g_utf8_validate(path, -1, NULL);
}

/* Where a build writes: a header there would stand for the generated one, and be another kernel. */
static bool is_generated(const char *path)
{
	return g_str_has_prefix(path, "include/generated/") ||
	       g_str_has_prefix(path, "include/config/") || strstr(path, "/include/generated/");
}

static void leave_out(struct diff *d, bool (*is_it)(const char *path), const char *what)
{
	guint n = d->changed->len;

	for (guint i = n; i > 0; i--) {
		if (is_it(d->changed->pdata[i - 1]))
			g_ptr_array_remove_index(d->changed, i - 1);
	}
	n -= d->changed->len;
	if (n)
		g_ptr_array_add(d->affected.notes, g_strdup_printf("%u file%s %s, not looked at", n,
								   n == 1 ? "" : "s", what));
}

/* --- where it is shown ------------------------------------------------------------------------ */

/* The same folder each time, as what is prepared for it is kept under its name. */
static bool take_folder(struct diff *d, GError **err)
{
	const char *place = git_repo_worktree(d->repo) ? git_repo_worktree(d->repo)
						       : git_repo_dir(d->repo);
	g_autofree char *views = g_build_filename(d->cache, "views", NULL);
	g_autofree char *lock = NULL;

	d->folder = g_strdup_printf("%s/%016" G_GINT64_MODIFIER "x", views,
				    file_hash_bytes(0, place, strlen(place)));
	lock = g_strconcat(d->folder, ".lock", NULL);
	if (!file_make_dirs(views, err))
		return false;
	d->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (d->lock < 0 || flock(d->lock, LOCK_EX | LOCK_NB)) {
		g_autofree char *taken = d->folder;

		d->folder = g_strdup_printf("%s-%d", taken, (int)getpid());
	}
	d->view = g_build_filename(d->folder, "tree", NULL);
	d->checkout = g_build_filename(d->folder, "base", NULL);
	return file_remove_tree(d->folder, err) && file_make_dirs(d->folder, err);
}

static bool has_one_suffix(const char *path, const char *const *suffixes)
{
	for (; *suffixes; suffixes++) {
		if (g_str_has_suffix(path, *suffixes))
			return true;
	}
	return false;
}

/* Nothing that is compiled is made of these, and they are many. */
static bool is_of_no_use(const char *path)
{
	static const char *const anywhere[] = { ".rst", ".dts", ".dtsi", NULL };
	static const char *const texts[] = { ".yaml", ".json", ".svg", ".txt", NULL };

	if (g_str_has_prefix(path, "tools/testing/") || g_str_has_prefix(path, "tools/perf/"))
		return true;
	return has_one_suffix(path, anywhere) ||
	       (g_str_has_prefix(path, "Documentation/") && has_one_suffix(path, texts));
}

static bool check_out_base(struct diff *d, GError **err)
{
	g_autoptr(GPtrArray) files = git_files(d->repo, d->base, err);
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();

	for (guint i = 0; files && i < files->len; i++) {
		if (!is_of_no_use(files->pdata[i]))
			g_ptr_array_add(wanted, files->pdata[i]);
	}
	return files && git_write_files(d->repo, d->base, wanted, d->checkout, err);
}

static void add_paths(GPtrArray *to, const GPtrArray *paths)
{
	for (guint i = 0; i < paths->len; i++)
		g_ptr_array_add(to, paths->pdata[i]);
}

/* The work tree may have the patch already, host programs that make builds and runs among it. */
static bool would_run_patch(const struct diff *d)
{
	const struct options *o = d->options;

	return o->untrusted && !o->no_exec && !o->compile_commands;
}

/* Chooses where makefiles are evaluated, and shows the base. */
static bool show_base(struct diff *d, GError **err)
{
	const char *worktree = git_repo_worktree(d->repo);
	g_autoptr(GPtrArray) dirty = worktree ? git_dirty(d->repo, d->base, err) : NULL;
	bool copy = !worktree || (dirty && dirty->len && would_run_patch(d));

	if (worktree && !dirty)
		return false;
	d->shown = g_ptr_array_new();
	add_paths(d->shown, d->changed);
	if (!copy)
		for (guint i = 0; i < dirty->len; i++)
			g_ptr_array_add(d->shown, (gpointer)g_intern_string(dirty->pdata[i]));
	if (copy && !check_out_base(d, err))
		return false;
	if (copy)
		worktree = d->checkout;
	d->old.root = d->view;
	d->old.home = !copy && has_build_file(dirty) ? d->view : worktree;
	return view_make(d->view, worktree, d->shown, err) &&
	       git_write_files(d->repo, d->base, d->shown, d->view, err);
}

static bool show(struct diff *d, const char *tree, GError **err)
{
	return view_remove_files(d->view, d->changed, err) &&
	       git_write_files(d->repo, tree, d->changed, d->view, err);
}

/* --- what is read ----------------------------------------------------------------------------- */

static GPtrArray *words_changed(void *data, const char *header)
{
	struct diff *d = data;
	g_autofree char *lines = git_changed_lines(d->repo, d->base, d->head, header, NULL);

	return lines ? tree_words(lines) : NULL;
}

static bool find_affected(struct diff *d, const struct tree_version *version, GError **err)
{
	struct tree *tree = analysis_open_tree(d->options, version, NULL, d->cache, d->con, err);
	bool ok = tree &&
		  affected_add(&d->affected, tree, d->changed, words_changed, d, d->con, err);

	tree_free(tree);
	return ok;
}

/* Folders of the changed files, in @home, where there are any: they tell the architecture. */
static GPtrArray *places_in(const struct diff *d, const char *home)
{
	GPtrArray *places = g_ptr_array_new();

	for (guint i = 0; i < d->changed->len; i++) {
		g_autofree char *folder = g_path_get_dirname(d->changed->pdata[i]);
		g_autofree char *there = g_build_filename(home, folder, NULL);
		const char *place = g_intern_string(there);

		if (g_file_test(place, G_FILE_TEST_IS_DIR) &&
		    !g_ptr_array_find(places, place, NULL))
			g_ptr_array_add(places, (gpointer)place);
	}
	g_ptr_array_add(places, NULL);
	return places;
}

/* A path of the user's, of the current folder or the tree, as the versions know it. */
static const char *user_path(struct diff *d, const char *path)
{
	const char *worktree = git_repo_worktree(d->repo);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);

	if (worktree && g_str_has_prefix(absolute, worktree) && absolute[strlen(worktree)] == '/' &&
	    g_file_test(absolute, G_FILE_TEST_EXISTS))
		return g_intern_string(absolute + strlen(worktree) + 1);
	return g_intern_string(path);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void set_scope(struct diff *d)
{
	GHashTableIter iter;
	gpointer file;

	d->scope = g_ptr_array_new();
	g_hash_table_iter_init(&iter, d->affected.files);
	while (g_hash_table_iter_next(&iter, &file, NULL))
		g_ptr_array_add(d->scope, file);
	for (char **path = d->options->arguments; *path; path++)
		g_ptr_array_add(d->scope, (gpointer)user_path(d, *path));
	g_ptr_array_sort(d->scope, by_text);
	g_ptr_array_add(d->scope, NULL);
	d->old.scope = d->new.scope = (const char *const *)d->scope->pdata;
}

/* Both versions are looked at: a patch may take an #include away. The base is shown at the end. */
static bool choose_scope(struct diff *d, GError **err)
{
	static const char *const nothing[] = { NULL };
	bool rebuilt = has_build_file(d->changed) && !d->options->untrusted;

	d->old.scope = d->new.scope = nothing;
	d->new.root = d->view;
	d->new.home = rebuilt ? d->view : d->old.home;
	if (rebuilt && only_list_units(d->changed))
		d->new.like = d->old.home;
	d->affected.rebuilt = rebuilt;
	d->old_places = places_in(d, d->old.home);
	d->new_places = places_in(d, d->new.home);
	d->old.places = (const char *const *)d->old_places->pdata;
	d->new.places = (const char *const *)d->new_places->pdata;
	if (!find_affected(d, &d->old, err) || !show(d, d->head, err) ||
	    !find_affected(d, &d->new, err) || !show(d, d->base, err))
		return false;
	set_scope(d);
	d->new.apart = d->affected.files;
	d->new.all_apart = d->affected.reconfigured;
	d->old.compiled = d->new.compiled = d->affected.compiled;
	d->old.around = d->affected.beside;
	return true;
}

/* --- both are read ---------------------------------------------------------------------------- */

static bool failed(const GError *err)
{
	fail_with(err);
	return false;
}

/* The files read around the scope that @other, where given, does not have. */
static GHashTable *files_around(const struct analysis *a, GHashTable *other)
{
	GHashTable *files = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < a->facts->len; i++) {
		const char *file =
			g_intern_string(((const struct facts *)a->facts->pdata[i])->unit);

		if (file[0] != '@' && !tree_in_scope(a->tree, file) &&
		    !(other && g_hash_table_contains(other, file)))
			g_hash_table_add(files, (gpointer)file);
	}
	return files;
}

static bool read_head(struct diff *d, const struct analysis *base, struct analysis *head)
{
	g_autoptr(GHashTable) around = files_around(base, NULL);
	g_autoptr(GError) err = NULL;

	d->new.around = around;
	return show(d, d->head, &err) ? read_version(head, d->options, &d->new) : failed(err);
}

/* Code that only the head's closure reads is read for the base too: it is not new. */
static bool complete_base(struct diff *d, struct analysis *base, const struct analysis *head)
{
	g_autoptr(GHashTable) had = files_around(base, NULL);
	g_autoptr(GHashTable) all = files_around(head, NULL);
	g_autoptr(GHashTable) more = files_around(head, had);
	g_autoptr(GError) err = NULL;
	bool ok;

	if (!show(d, d->base, &err))
		return failed(err);
	if (!g_hash_table_size(more))
		return true;
	analysis_free(base);
	d->old.around = all;
	ok = read_version(base, d->options, &d->old);
	d->old.around = NULL;
	return ok;
}

/* --- both are analysed ------------------------------------------------------------------------ */

struct base_work {
	struct analysis *base;
	struct picture *picture;
	const char *path; /* where it goes */
	pid_t process;	  /* 0: none */
};

static bool analyse_base(void *data)
{
	struct base_work *work = data;
	g_autoptr(GError) err = NULL;

	console_hide_bar(work->base->con);
	work->base->since = g_get_monotonic_time();
	if (find_anew(work->base, work->picture, &err) &&
	    results_write(work->base, work->picture, work->path, &err))
		return true;
	return failed(err);
}

static bool wait_for_base(struct base_work *work)
{
	g_autoptr(GError) err = NULL;
	bool ok = !work->process || child_wait(work->process, &err);

	if (err)
		return failed(err);
	if (!ok || !work->process)
		return ok;
	work->process = 0;
	if (!results_read(work->base, work->picture, work->path))
		g_set_error(&err, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "what was found in the base could not be read back from '%s'",
			    work->path);
	return err ? failed(err) : true;
}

/*
 * What is known of the base is told again; else a process of its own analyses it while this one
 * analyses the head. The base is shown now, as suppressions and other tools read the sources.
 */
static bool begin_base(struct diff *d, struct base_work *work)
{
	g_autoptr(GError) err = NULL;

	if (recall_found(work->base, work->picture))
		return suppress(work->base, &err) || failed(err);
	work->process = child_start(analyse_base, work, &err);
	if (!work->process)
		return failed(err);
	return d->options->jobs != 1 || wait_for_base(work);
}

static bool end_head(struct diff *d, struct analysis *head)
{
	g_autoptr(GError) err = NULL;

	if (!show(d, d->head, &err) || !find_rest(head, &err))
		return failed(err);
	name_findings_as_base(head);
	return suppress(head, &err) || failed(err);
}

static void describe(const struct diff *d, struct report *report)
{
	struct report_diff *diff = arena_new_struct(report->arena, struct report_diff);

	diff->base = arena_strdup(report->arena, d->base_name);
	diff->head = arena_strdup(report->arena, d->head_name);
	diff->base_id = arena_strdup(report->arena, d->base);
	diff->head_id = arena_strdup(report->arena, d->head);
	diff->notes = g_ptr_array_new();
	for (guint i = 0; i < d->affected.notes->len; i++)
		g_ptr_array_add(diff->notes,
				arena_strdup(report->arena, d->affected.notes->pdata[i]));
	if (d->options->untrusted && has_build_file(d->changed))
		g_ptr_array_add(diff->notes,
				(gpointer) "the patch changes how the kernel is built; "
					   "that was not looked at (--untrusted)");
	diff->fixed = g_ptr_array_new();
	diff->dependencies = g_array_new(FALSE, FALSE, sizeof(struct report_dependency));
	diff->uses = g_array_new(FALSE, FALSE, sizeof(struct report_use));
	report->diff = diff;
}

static enum exit_status compare(struct diff *d, struct analysis *base, struct analysis *head,
				struct picture *picture, const GArray *outputs, int least)
{
	g_autofree char *path = g_build_filename(d->folder, "found", NULL);
	struct base_work work = { .base = base, .picture = picture, .path = path };

	if (!begin_base(d, &work))
		return EXIT_BAD_INPUT;
	head->since = g_get_monotonic_time();
	understand_and_check(head);
	if (!wait_for_base(&work) || !end_head(d, head))
		return EXIT_BAD_INPUT;
	describe(d, head->report);
	compare_versions(head, base->report, picture);
	return report_and_judge(head, outputs, least);
}

static enum exit_status analyse_head(struct diff *d, struct analysis *base, const GArray *outputs,
				     int least)
{
	enum exit_status status = EXIT_BAD_INPUT;
	struct picture *picture = picture_new();
	struct analysis head;

	if (read_head(d, base, &head) && complete_base(d, base, &head))
		status = compare(d, base, &head, picture, outputs, least);
	analysis_free(&head);
	picture_free(picture);
	return status;
}

static enum exit_status analyse_both(struct diff *d, const GArray *outputs, int least)
{
	enum exit_status status = EXIT_BAD_INPUT;
	struct analysis base;

	if (read_version(&base, d->options, &d->old))
		status = analyse_head(d, &base, outputs, least);
	analysis_free(&base);
	return status;
}

/* No C code is touched. */
static enum exit_status report_nothing(struct diff *d, const GArray *outputs)
{
	g_autoptr(GError) err = NULL;
	struct report *report = report_new();
	bool ok;

	describe(d, report);
	ok = write_outputs(report, outputs, d->options->stats, &err);
	report_free(report);
	return ok ? EXIT_CLEAN : fail_with(err);
}

/* --- the command ------------------------------------------------------------------------------ */

static bool prepare(struct diff *d, GError **err)
{
	g_autofree char *here = g_get_current_dir();

	d->repo = git_repo_open(d->options->tree ? d->options->tree : here, err);
	if (!d->repo || !read_versions(d, err))
		return false;
	d->changed = git_changes(d->repo, d->base, d->head, err);
	d->new.renamed = d->renamed = git_renames(d->repo, d->base, d->head, err);
	if (!d->changed || !d->renamed)
		return false;
	leave_out(d, is_odd_name, "with control characters or no UTF-8 in the name");
	leave_out(d, is_generated, "in folders for what a build generates");
	return !concern_code(d->changed) ||
	       (take_folder(d, err) && show_base(d, err) && choose_scope(d, err));
}

static void begin(struct diff *d, const struct options *options)
{
	*d = (struct diff){ .options = options, .lock = -1 };
	d->con = console_new(options->quiet	? CONSOLE_QUIET
			     : options->verbose ? CONSOLE_VERBOSE
						: CONSOLE_NORMAL);
	d->cache = cache_folder(options);
	d->affected.files = g_hash_table_new(g_str_hash, g_str_equal);
	d->affected.compiled = g_hash_table_new(g_str_hash, g_str_equal);
	d->affected.beside = g_hash_table_new(g_str_hash, g_str_equal);
	d->affected.notes = g_ptr_array_new_with_free_func(g_free);
}

static void end(struct diff *d)
{
	GPtrArray *const arrays[] = { d->changed,    d->shown,	    d->scope,
				      d->old_places, d->new_places, d->affected.notes };
	char *const texts[] = { d->cache,     d->base, d->head,	    d->base_name,
				d->head_name, d->view, d->checkout, d->folder };

	if (d->folder)
		file_remove_tree(d->folder, NULL);
	if (d->lock >= 0)
		close(d->lock);
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
		if (arrays[i])
			g_ptr_array_unref(arrays[i]);
	}
	g_clear_pointer(&d->renamed, g_hash_table_unref);
	g_hash_table_unref(d->affected.files);
	g_hash_table_unref(d->affected.beside);
	g_hash_table_unref(d->affected.compiled);
	compiled_as_free(d->affected.before);
	includers_free(d->affected.includers);
	git_repo_close(d->repo);
	console_free(d->con);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
}

enum exit_status run_diff(const struct options *options, const GArray *outputs, int least)
{
	enum exit_status status;
	g_autoptr(GError) err = NULL;
	struct diff d;

	begin(&d, options);
	if (!prepare(&d, &err))
		status = fail_with(err);
	else if (!d.scope || !d.scope->pdata[0])
		status = report_nothing(&d, outputs);
	else
		status = analyse_both(&d, outputs, least);
	end(&d);
	return status;
}
