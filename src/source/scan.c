/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.c - the words of C text, and which of them name functions that it defines
 *
 * No parser: macros are not expanded and both branches of an #if are read. A function is a name
 * before "(" outside all braces, in a declaration that goes on with "{" instead of ";" or "=".
 * A static one serves its own file only, and is no more than a word.
 * There may be several such names ("foo(...) __acquires(...) {"): all count, because a name too
 * many costs a look at one more file, while one too few loses a function. A "{" or "}" in the
 * first column puts an end to miscounts from #if branches that do not balance.
 */
#include "source/source_p.h"

#include <string.h>

enum { MAX_NAMES = 8 };

struct span {
	const char *text;
	size_t length;
};

struct scanner {
	const char *at, *end, *start;
	word_fn found;
	void *data;
	unsigned braces, parens;
	bool line_start;   /* nothing but blanks on this line so far */
	bool in_directive; /* on a line that begins with "#" */
	bool is_value;	   /* "=" was seen: an initialiser, no function */
	bool is_static;
	struct span last; /* the identifier just before, if the previous token was one */
	struct span names[MAX_NAMES];
	unsigned n_names;
};

static bool is_word_start(char c)
{
	return g_ascii_isalpha(c) || c == '_';
}

static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static bool in_first_column(const struct scanner *s)
{
	return s->at == s->start || s->at[-1] == '\n';
}

static void forget_declaration(struct scanner *s)
{
	s->n_names = 0;
	s->is_value = s->is_static = false;
}

static void add_name(struct scanner *s, struct span name)
{
	if (s->n_names < MAX_NAMES)
		s->names[s->n_names++] = name;
}

/* "SYSCALL_DEFINE3(" and kin: the function's name is the macro's first argument. */
static bool is_macro_name(struct span name)
{
	for (size_t i = 0; i < name.length; i++)
		if (g_ascii_islower(name.text[i]))
			return false;
	return true;
}

static bool is_first_argument(const struct scanner *s)
{
	return s->braces == 0 && s->parens == 1 && s->n_names && s->at[-1] == '(' &&
	       is_macro_name(s->names[s->n_names - 1]);
}

static bool is_word(struct span word, const char *text)
{
	return word.length == strlen(text) && !strncmp(word.text, text, word.length);
}

static void scan_word(struct scanner *s)
{
	struct span word = { s->at, 0 };
	bool argument = !s->in_directive && s->at > s->start && is_first_argument(s);

	while (s->at < s->end && is_word_char(*s->at))
		s->at++;
	word.length = (size_t)(s->at - word.text);
	s->found(s->data, word.text, word.length, false);
	s->is_static |= !s->in_directive && s->braces == 0 && s->parens == 0 &&
			is_word(word, "static");
	s->last = word;
	if (argument)
		add_name(s, word);
}

static void skip_to(struct scanner *s, char stop)
{
	const char *found = memchr(s->at, stop, (size_t)(s->end - s->at));

	s->at = found ? found : s->end;
}

static void skip_block_comment(struct scanner *s)
{
	s->at += 2;
	while (s->at < s->end) {
		skip_to(s, '*');
		if (s->end - s->at < 2) {
			s->at = s->end;
			return;
		}
		if (s->at[1] == '/') {
			s->at += 2;
			return;
		}
		s->at++;
	}
}

/* A literal ends at its quote, or at the end of the line where that is missing. */
static void skip_literal(struct scanner *s)
{
	char quote = *s->at++;

	while (s->at < s->end && *s->at != quote && *s->at != '\n')
		s->at += *s->at == '\\' && s->end - s->at > 1 ? 2 : 1;
	if (s->at < s->end && *s->at == quote)
		s->at++;
}

static void skip_number(struct scanner *s)
{
	while (s->at < s->end && (is_word_char(*s->at) || *s->at == '.'))
		s->at++;
}

/* After "#": an #include line holds no words, others are read but are no declarations. */
static void scan_directive(struct scanner *s)
{
	static const char include[] = "include";

	for (s->at++; s->at < s->end && (*s->at == ' ' || *s->at == '\t'); s->at++)
		;
	if ((size_t)(s->end - s->at) >= strlen(include) &&
	    strncmp(s->at, include, strlen(include)) == 0)
		skip_to(s, '\n');
	else
		s->in_directive = true;
}

static void scan_newline(struct scanner *s)
{
	bool continued = s->at > s->start && s->at[-1] == '\\';

	if (!continued)
		s->in_directive = false;
	s->line_start = true;
	s->at++;
}

static void open_brace(struct scanner *s)
{
	if (in_first_column(s))
		s->braces = s->parens = 0;
	if (s->braces == 0 && s->parens == 0 && !s->is_value && !s->is_static)
		for (unsigned i = 0; i < s->n_names; i++)
			s->found(s->data, s->names[i].text, s->names[i].length, true);
	s->braces++;
}

static void close_brace(struct scanner *s)
{
	if (in_first_column(s) || s->braces <= 1) {
		s->braces = s->parens = 0;
		forget_declaration(s);
		return;
	}
	s->braces--;
}

static void open_paren(struct scanner *s, struct span before)
{
	if (s->braces == 0 && s->parens == 0 && before.length)
		add_name(s, before);
	s->parens++;
}

static void scan_punctuation(struct scanner *s)
{
	struct span before = s->last;

	s->last.length = 0;
	if (s->in_directive)
		return;
	if (*s->at == '{')
		open_brace(s);
	else if (*s->at == '}')
		close_brace(s);
	else if (*s->at == '(')
		open_paren(s, before);
	else if (*s->at == ')')
		s->parens -= s->parens > 0;
	else if (*s->at == ';' && s->braces == 0 && s->parens == 0)
		forget_declaration(s);
	else if (*s->at == '=' && s->braces == 0 && s->parens == 0)
		s->is_value = true;
}

static bool starts_comment(const struct scanner *s, char second)
{
	return *s->at == '/' && s->end - s->at > 1 && s->at[1] == second;
}

static void scan_token(struct scanner *s)
{
	bool line_start = s->line_start;

	s->line_start = false;
	if (is_word_start(*s->at)) {
		scan_word(s);
	} else if (g_ascii_isdigit(*s->at)) {
		skip_number(s);
	} else if (*s->at == '"' || *s->at == '\'') {
		skip_literal(s);
	} else if (starts_comment(s, '*')) {
		skip_block_comment(s);
		s->line_start = line_start;
	} else if (starts_comment(s, '/')) {
		skip_to(s, '\n');
	} else if (*s->at == '#' && line_start) {
		scan_directive(s);
	} else {
		scan_punctuation(s);
		s->at++;
	}
}

void scan_words(const char *text, size_t size, word_fn found, void *data)
{
	struct scanner s = {
		.at = text,
		.start = text,
		.end = text + size,
		.found = found,
		.data = data,
		.line_start = true,
	};

	while (s.at < s.end) {
		if (*s.at == '\n')
			scan_newline(&s);
		else if (g_ascii_isspace(*s.at) || *s.at == '\\')
			s.at++;
		else
			scan_token(&s);
	}
}
