/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * git_patch.c - patches as people send them, on top of a commit
 *
 * A diff, a mail or a mailbox. Mails may encode their text, and mail programs end lines as on
 * Windows. What does not fit as it is, git may still know where to put: by the versions that its
 * index lines name, or with less context. That is done, and told.
 */
#include "bridge/git_p.h"

#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>

struct patching {
	struct git_repo *repo;
	GPtrArray *notes;
	guint applied;
	bool failed; /* one did not apply */
};

static bool no_patch(GError **err)
{
	g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL, "--patch: there is no patch in it");
	return false;
}

static bool begins_line(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	while (at && at != text && at[-1] != '\n')
		at = strstr(at + 1, word);
	return at != NULL;
}

/* --- texts ------------------------------------------------------------------------------------ */

/* When all lines end with a carriage return, so do the patch's own: they are not the file's. */
static void strip_carriage_returns(char *text)
{
	char *to = text;

	for (const char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n')) {
		if (at == text || at[-1] != '\r')
			return;
	}
	for (const char *from = text; *from; from++) {
		if (from[0] != '\r' || from[1] != '\n')
			*to++ = *from;
	}
	*to = '\0';
}

/* A diff that encodes what is no text has no bytes of zero either. */
static bool tidy_file(const char *path, GError **err)
{
	g_autofree char *text = NULL;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, err))
		return false;
	if (strlen(text) < size)
		return true;
	strip_carriage_returns(text);
	return g_file_set_contents(path, text, -1, err);
}

static char *copy_patch(struct git_repo *repo, const char *file, GError **err)
{
	char *copy = g_build_filename(repo->scratch, "patch", NULL);
	g_autofree char *text = NULL;
	gsize size = 0;

	if (g_file_get_contents(g_str_equal(file, "-") ? "/dev/stdin" : file, &text, &size, err) &&
	    g_file_set_contents(copy, text, (gssize)size, err) && tidy_file(copy, err))
		return copy;
	g_prefix_error(err, "--patch: ");
	g_free(copy);
	return NULL;
}

/* Mails may encode their text; a bare diff has no "From". */
static bool is_mail(const char *text)
{
	const char *diff = strstr(text, "\n--- ");
	g_autofree char *head = g_strndup(text, diff ? (gsize)(diff - text) : strlen(text));

	if (g_str_has_prefix(text, "From ") || g_str_has_prefix(text, "From: "))
		return true;
	return strstr(head, "\nFrom: ") && strstr(head, "Subject: ");
}

/* --- one patch -------------------------------------------------------------------------------- */

static bool apply_with(struct git_repo *repo, const char *how, const char *file, GError **err)
{
	const char *const words[] = { "apply", "--cached", "--whitespace=nowarn", how, file, NULL };

	return git_order(repo, repo->scratch, words, err);
}

static void note(struct patching *p, const char *what, const char *how)
{
	g_ptr_array_add(p->notes, g_strdup_printf("%s does not apply as it is: %s", what, how));
}

/* A patch that is there already merges well, into nothing. */
static bool merges(struct patching *p, const char *file, const char *before)
{
	g_autofree char *after = NULL;

	if (!apply_with(p->repo, "--3way", file, NULL))
		return false;
	after = git_store_index(p->repo, NULL);
	return after && !g_str_equal(before, after);
}

/* What a merge leaves in the index when it does not succeed is taken back. */
static bool apply_somehow(struct patching *p, const char *file, const char *what)
{
	g_autofree char *before = git_store_index(p->repo, NULL);

	if (!before)
		return false;
	if (merges(p, file, before)) {
		note(p, what, "merged by git with what has changed since");
		return true;
	}
	if (!git_load_index(p->repo, before, NULL) || !apply_with(p->repo, "-C1", file, NULL))
		return false;
	note(p, what, "it was taken with less context than it has");
	return true;
}

static bool apply_one(struct patching *p, const char *file, const char *what, GError **err)
{
	g_autoptr(GError) reason = NULL;

	p->applied++;
	if (apply_with(p->repo, "--apply", file, &reason))
		return true;
	if (apply_somehow(p, file, what))
		return true;
	p->failed = true;
	g_propagate_prefixed_error(err, g_steal_pointer(&reason), "%s does not apply: ", what);
	return false;
}

/* --- mails ------------------------------------------------------------------------------------ */

/* What git mailinfo says of a mail: "Subject: two locks". */
static char *name_of_mail(const char *said, const char *number)
{
	const char *subject = strstr(said, "Subject: ");
	const char *from = subject ? subject + strlen("Subject: ") : "";
	unsigned long n = strtoul(number, NULL, 10);

	if (!subject)
		return g_strdup_printf("mail %lu", n);
	return g_strdup_printf("mail %lu, \"%.*s\",", n, (int)strcspn(from, "\n"), from);
}

static bool apply_mail(struct patching *p, const char *number, GError **err)
{
	const char *scratch = p->repo->scratch;
	g_autofree char *mail = g_build_filename(scratch, "mails", number, NULL);
	g_autofree char *text = g_build_filename(scratch, "message", NULL);
	g_autofree char *patch = g_build_filename(scratch, "mail-patch", NULL);
	const char *const words[] = { "mailinfo", text, patch, NULL };
	g_autofree char *said = git_ask(p->repo, scratch, words, mail, NULL, err);
	g_autofree char *what = said ? name_of_mail(said, number) : NULL;
	GStatBuf st;

	if (!said)
		return false;
	/* A cover letter has no patch. */
	if (!g_stat(patch, &st) && !st.st_size)
		return true;
	return tidy_file(patch, err) && apply_one(p, patch, what, err);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool apply_mails(struct patching *p, const char *file, GError **err)
{
	g_autofree char *folder = g_build_filename(p->repo->scratch, "mails", NULL);
	g_autofree char *option = g_strconcat("-o", folder, NULL);
	const char *const words[] = { "mailsplit", "-b", option, file, NULL };
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!file_make_dirs(folder, err) || !git_order(p->repo, p->repo->scratch, words, err))
		return false;
	dir = g_dir_open(folder, 0, err);
	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++) {
		if (!apply_mail(p, names->pdata[i], err))
			return false;
	}
	return dir && (p->applied || no_patch(err));
}

/* --- what does not apply ---------------------------------------------------------------------- */

/* "base-commit: ID", as git format-patch --base writes it below a patch; NULL for none. */
static char *base_of_mails(const char *text)
{
	static const char mark[] = "\nbase-commit: ";
	const char *found = strstr(text, mark);
	const char *id = found ? found + strlen(mark) : "";
	size_t length = strspn(id, "0123456789abcdef");

	return length < 7 ? NULL : g_strndup(id, length);
}

/* Which commit a patch is for, its author knows, and sometimes says. */
static void add_advice(const char *patch, GError **err)
{
	g_autofree char *text = NULL, *base = NULL, *advice = NULL;
	char *message;

	if (!g_file_get_contents(patch, &text, NULL, NULL))
		return;
	base = base_of_mails(text);
	advice = base ? g_strdup_printf(
				"it says that it is for %s: give --diff=%s, after fetching it",
				base, base)
		      : g_strdup("name the commit that it is for with --diff=COMMIT");
	message = g_strdup_printf("%s (the line at which the hunk begins); %s", (*err)->message,
				  advice);
	g_free((*err)->message);
	(*err)->message = message;
}

/* --- any -------------------------------------------------------------------------------------- */

static bool apply_file(struct patching *p, const char *file, GError **err)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(file, &text, NULL, err))
		return false;
	if (is_mail(text))
		return apply_mails(p, file, err);
	if (!begins_line(text, "diff --git ") && !begins_line(text, "--- "))
		return no_patch(err);
	return apply_one(p, file, "the patch", err);
}

char *git_apply(struct git_repo *repo, const char *commit, const char *file, GPtrArray *notes,
		GError **err)
{
	g_autofree char *patch = copy_patch(repo, file, err);
	struct patching p = { .repo = repo, .notes = notes };

	if (!patch || !git_load_index(repo, commit, err))
		return NULL;
	if (!apply_file(&p, patch, err)) {
		if (p.failed && err)
			add_advice(patch, err);
		return NULL;
	}
	return git_store_index(repo, err);
}
