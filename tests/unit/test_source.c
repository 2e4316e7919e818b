/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_source.c - trees, units and flags, as far as they need no kernel */
#include "source/source_p.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

/* A temporary folder with a project in it. */
struct place {
	char *dir;
	char *cache;
};

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->dir = g_dir_make_tmp("lockgraph-source-XXXXXX", NULL);
	place->cache = g_build_filename(place->dir, "cache", NULL);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	assert_true(file_remove_tree(place->dir, NULL));
	g_free(place->dir);
	g_free(place->cache);
	g_free(place);
	return 0;
}

static void write_file(const struct place *place, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(place->dir, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);

	assert_true(file_make_dirs(dir, NULL));
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* What a kernel's top looks like. */
static void write_kernel(const struct place *place)
{
	write_file(place, "Makefile",
		   "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 300\nEXTRAVERSION = -rc1\n");
	write_file(place, "Kbuild", "");
	write_file(place, "scripts/Kbuild.include", "");
	write_file(place, "arch/s390/Makefile", "");
	write_file(place, "arch/s390/kvm/priv.c", "");
	write_file(place, "arch/x86/Makefile", "");
	write_file(place, "drivers/s390/cio/chsc.c", "");
	write_file(place, "virt/kvm/kvm_main.c", "");
}

static struct tree *open_tree(const struct place *place, const char *arch, const char *const *paths,
			      GError **err)
{
	struct source_request request = {
		.tree = place->dir,
		.arch = arch,
		.cache = place->cache,
		.paths = paths,
	};

	return tree_open(&request, err);
}

static void expect_arch(const struct place *place, const char *said, const char *const *paths,
			const char *arch, const char *srcarch)
{
	g_autoptr(GError) error = NULL;
	struct tree *tree = open_tree(place, said, paths, &error);

	assert_null(error);
	assert_string_equal(tree->arch, arch);
	assert_string_equal(tree->srcarch, srcarch);
	tree_free(tree);
}

static void arch_comes_from_the_paths(void **state)
{
	const struct place *place = *state;
	const char *s390[] = { "virt/kvm", "drivers/s390/cio/chsc.c", NULL };
	const char *x86[] = { "arch/x86", NULL };

	write_kernel(place);
	expect_arch(place, NULL, s390, "s390", "s390");
	expect_arch(place, NULL, x86, "x86_64", "x86");
	expect_arch(place, "i386", x86, "i386", "x86");
	expect_arch(place, "s390x", NULL, "s390", "s390");
}

static void version_is_read(void **state)
{
	const struct place *place = *state;
	struct tree *tree;

	write_kernel(place);
	tree = open_tree(place, "s390", NULL, NULL);
	assert_non_null(tree);
	assert_int_equal(tree->kind, TREE_KERNEL);
	assert_string_equal(tree->version, "6.12.300-rc1");
	assert_int_equal(tree->version_code, 0x060cff);
	tree_free(tree);
}

static void expect_refusal(const struct place *place, const char *arch, const char *path,
			   const char *told)
{
	const char *paths[] = { path, NULL };
	g_autoptr(GError) error = NULL;

	assert_null(open_tree(place, arch, paths, &error));
	assert_non_null(error);
	assert_non_null(strstr(error->message, told));
}

static void bad_input_is_told(void **state)
{
	const struct place *place = *state;
	const char *both[] = { "arch/s390", "arch/x86", NULL };
	g_autoptr(GError) error = NULL;

	write_file(place, "sub/a.c", "");
	expect_refusal(place, NULL, "sub", "not a Linux kernel tree");
	write_kernel(place);
	expect_refusal(place, "vax", "virt", "give --arch one of s390 x86");
	expect_refusal(place, NULL, "virt/nothing.c", "is not there");
	expect_refusal(place, NULL, "arch/x86/Makefile", "neither a folder nor a .c file");
	assert_null(open_tree(place, NULL, both, &error));
	assert_non_null(strstr(error->message, "two architectures, s390 and x86"));
}

static void scope_is_files_and_folders(void **state)
{
	const struct place *place = *state;
	const char *paths[] = { "drivers/s390", "arch/s390/kvm/priv.c", NULL };
	struct tree *tree;

	write_kernel(place);
	tree = open_tree(place, NULL, paths, NULL);
	assert_true(tree_in_scope(tree, "drivers/s390/cio/chsc.c"));
	assert_true(tree_in_scope(tree, "drivers/s390/cio/chsc.h"));
	assert_true(tree_in_scope(tree, "arch/s390/kvm/priv.c"));
	assert_false(tree_in_scope(tree, "arch/s390/kvm/priv.h"));
	assert_false(tree_in_scope(tree, "drivers/s390x/a.c"));
	tree_free(tree);
}

static void plain_files_need_no_project(void **state)
{
	const struct place *place = *state;
	const char *paths[] = { "b.c", "sub/a.c", NULL };
	g_autoptr(GPtrArray) units = NULL;
	const struct unit_spec *unit;
	struct tree *tree;

	write_file(place, "b.c", "");
	write_file(place, "sub/a.c", "");
	tree = open_tree(place, NULL, paths, NULL);
	assert_int_equal(tree->kind, TREE_PLAIN);
	assert_true(tree_prepare(tree, NULL, NULL));
	units = tree_list_units(tree, NULL, NULL);
	assert_int_equal(units->len, 2);
	unit = g_ptr_array_index(units, 0);
	assert_string_equal(unit->file, "b.c");
	assert_string_equal(unit->argv[0], "-std=gnu11");
	assert_null(unit->argv[1]);
	tree_free(tree);
}

/* Flags of a command in /w, for a plain tree, joined by blanks. */
static char *filtered(const struct place *place, const char *command, struct parsed_flags *parsed)
{
	const char *paths[] = { "a.c", NULL };
	g_auto(GStrv) words = NULL;
	struct tree *tree;
	char *joined;

	write_file(place, "a.c", "");
	tree = open_tree(place, NULL, paths, NULL);
	assert_true(g_shell_parse_argv(command, NULL, &words, NULL));
	flags_parse(tree, "/w", words, parsed);
	joined = g_strjoinv(" ", (char **)parsed->argv);
	parsed->output = parsed->output ? g_intern_string(parsed->output) : NULL;
	parsed->modname = parsed->modname ? g_intern_string(parsed->modname) : NULL;
	parsed->argv = NULL;
	tree_free(tree);
	return joined;
}

static void flags_are_those_of_parsing(void **state)
{
	static const char command[] =
		"gcc -Wp,-MMD,x/.y.d -nostdinc -I./include -I ../up -isystem /s -include ./k.h "
		"-D__KERNEL__ -D NAME -UOLD -std=gnu11 -O2 -Wall -Wno-int-conversion -pipe -g "
		"-fno-common -fshort-wchar -fno-PIE -march=z13 -mtune=z13 -mindirect-branch=thunk "
		"-mllvm -x --param foo=1 -fplugin=p.so -DMODULE '-DKBUILD_MODNAME=\"zcrypt\"' "
		"-fsanitize=bounds -fsanitize=kernel-address -c -o x/y.o x/y.c";
	static const char expected[] =
		"-nostdinc -I/w/include -I/up -isystem /s -include /w/k.h -D__KERNEL__ -DNAME "
		"-UOLD -std=gnu11 -O2 -Wno-int-conversion -fshort-wchar -fno-PIE -march=z13 "
		"-DMODULE -DKBUILD_MODNAME=\"zcrypt\" -fsanitize=kernel-address";
	struct parsed_flags parsed;
	g_autofree char *flags = filtered(*state, command, &parsed);

	assert_string_equal(flags, expected);
	assert_string_equal(parsed.output, "x/y.o");
	assert_string_equal(parsed.modname, "zcrypt");
	assert_true(parsed.is_module);
	assert_true(parsed.is_kernel);
}

static void a_flag_may_lack_its_value(void **state)
{
	struct parsed_flags parsed;
	g_autofree char *flags = filtered(*state, "-DA -o", &parsed);

	assert_string_equal(flags, "-DA");
	assert_null(parsed.output);
}

static struct tree *open_compdb(const struct place *place, const char *text, GError **err)
{
	struct source_request request = { .compile_commands = place->dir, .cache = place->cache };
	struct tree *tree;

	write_file(place, "compile_commands.json", text);
	tree = tree_open(&request, err);
	if (tree && !tree_prepare(tree, NULL, err))
		fail();
	return tree;
}

static void compdb_is_read(void **state)
{
	const struct place *place = *state;
	g_autofree char *text = g_strdup_printf(
		"[{\"directory\": \"%s\", \"file\": \"b.c\", \"arguments\": [\"cc\", \"-DX=a b\"]},"
		" {\"directory\": \"%s/sub\", \"file\": \"a.c\","
		"  \"command\": \"cc -DY=\\\"1\\\" -I.. -c -o a.o a.c\"},"
		" {\"directory\": \"%s\", \"file\": \"start.S\", \"command\": \"cc start.S\"}]",
		place->dir, place->dir, place->dir);
	struct tree *tree = open_compdb(place, text, NULL);
	g_autoptr(GPtrArray) units = tree_list_units(tree, NULL, NULL);
	g_autofree char *up = g_strconcat("-I", place->dir, NULL);
	const struct unit_spec *unit;

	assert_int_equal(tree->kind, TREE_COMPDB);
	assert_int_equal(units->len, 2);
	unit = g_ptr_array_index(units, 0);
	assert_string_equal(unit->file, "b.c");
	assert_string_equal(unit->argv[0], "-DX=a b");
	unit = g_ptr_array_index(units, 1);
	assert_string_equal(unit->file, "sub/a.c");
	assert_string_equal(unit->object, "a.o");
	assert_string_equal(unit->argv[0], "-DY=1");
	assert_string_equal(unit->argv[1], up);
	assert_null(unit->guessed);
	tree_free(tree);
}

static void bad_compdb_is_told(void **state)
{
	static const char *const texts[] = { "{}", "[{\"file\": \"a.c\"}]", "[{", "[1]",
					     "[{\"directory\": \"/\", \"file\": \"a.c\"}]" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		struct tree *tree = open_compdb(*state, texts[i], &error);

		assert_null(error);
		assert_null(tree_list_units(tree, NULL, &error));
		assert_non_null(strstr(error->message, "compile_commands.json"));
		tree_free(tree);
	}
}

/* A kernel that was configured and built somewhere else, without the kernel. */
static struct tree *open_built(const struct place *place, char **objtree)
{
	struct source_request request = { .tree = place->dir, .cache = place->cache };

	write_kernel(place);
	write_file(place, "obj/.config",
		   "#\n# Auto\n# Linux/s390 6.12.1 Kernel Configuration\n#\n");
	write_file(place, "obj/include/generated/autoconf.h", "");
	write_file(place, "obj/include/config/auto.conf", "CONFIG_S390=y\n");
	*objtree = g_build_filename(place->dir, "obj", NULL);
	request.objtree = *objtree;
	request.no_exec = true;
	return tree_open(&request, NULL);
}

static void no_exec_reads_what_was_built(void **state)
{
	const struct place *place = *state;
	g_autofree char *objtree = NULL;
	struct tree *tree = open_built(place, &objtree);
	g_autoptr(GPtrArray) units = NULL;
	g_autoptr(GError) error = NULL;
	const struct unit_spec *unit;

	assert_string_equal(tree->arch, "s390");
	assert_true(tree_prepare(tree, NULL, NULL));
	assert_null(tree_list_units(tree, NULL, &error));
	assert_non_null(strstr(error->message, "--no-exec"));
	write_file(place, "obj/virt/kvm/.kvm_main.o.cmd",
		   "savedcmd_virt/kvm/kvm_main.o := clang-19 --target=s390x-linux-gnu -D__KERNEL__ "
		   "-DX='$$\\#' -DMODULE  -DKBUILD_MODNAME='\"kvm\"' -c -o virt/kvm/kvm_main.o "
		   "../virt/kvm/kvm_main.c ; ./tools/objtool -x\n\nsource_x := y\n");
	write_file(place, "obj/scripts/.a.o.cmd", "cmd_a := gcc -c -o scripts/a.o a.c\n");
	units = tree_list_units(tree, NULL, NULL);
	assert_int_equal(units->len, 1);
	unit = g_ptr_array_index(units, 0);
	assert_string_equal(unit->file, "virt/kvm/kvm_main.c");
	assert_string_equal(unit->object, "virt/kvm/kvm_main.o");
	assert_string_equal(unit->module, "kvm");
	assert_string_equal(unit->argv[2], "-DX=$#");
	tree_free(tree);
}

static void units_are_remembered(void **state)
{
	const struct place *place = *state;
	g_autofree char *objtree = NULL, *makefile = NULL;
	struct tree *tree = open_built(place, &objtree);
	const char *const argv[] = { "-DA", "-DB", NULL };
	struct unit_spec unit = { .file = "virt/kvm/kvm_main.c",
				  .object = "o",
				  .module = "",
				  .directory = "/d",
				  .argv = argv };
	g_autoptr(GPtrArray) units = g_ptr_array_new();
	g_autoptr(GPtrArray) inputs = g_ptr_array_new();
	g_autoptr(GPtrArray) loaded = NULL;

	makefile = g_build_filename(place->dir, "Makefile", NULL);
	g_ptr_array_add(units, &unit);
	g_ptr_array_add(inputs, makefile);
	assert_true(tree_prepare(tree, NULL, NULL));
	assert_null(unit_cache_load(tree));
	assert_true(unit_cache_store(tree, units, inputs, NULL));
	loaded = unit_cache_load(tree);
	assert_int_equal(loaded->len, 1);
	assert_string_equal(((struct unit_spec *)loaded->pdata[0])->argv[1], "-DB");
	write_file(place, "Makefile", "VERSION = 7\n");
	assert_null(unit_cache_load(tree));
	tree_free(tree);
}

/* Collects "word" and "word!" for definitions. */
static void collect(void *data, const char *word, size_t length, bool defines)
{
	g_string_append_printf(data, "%.*s%s ", (int)length, word, defines ? "!" : "");
}

static void expect_words(const char *text, const char *expected)
{
	g_autoptr(GString) words = g_string_new(NULL);

	scan_words(text, strlen(text), collect, words);
	assert_string_equal(words->str, expected);
}

static void words_are_scanned(void **state)
{
	(void)state;
	expect_words("int f(int a)\n{\n\treturn g(a);\n}\n", "int f int a f! return g a ");
	expect_words("int f(void);\n", "int f void ");
	expect_words("#include <a/b.h>\n/* c */ // d\nchar *s = \"e\";", "char s ");
	expect_words("struct o x = { .f = g(1) };", "struct o x f g ");
	expect_words("#define M(x) \\\n f(x) {\nint g(void) {}", "define M x f x int g void g! ");
	expect_words("SYSCALL_DEFINE1(dup, int, x)\n{\n}",
		     "SYSCALL_DEFINE1 dup int x SYSCALL_DEFINE1! dup! ");
	expect_words("#ifdef A\nvoid a(int x) {\n#else\nvoid a(long x) {\n#endif\n}\nvoid b() {}",
		     "ifdef A void a int x a! else void a long x endif void b b! ");
	expect_words(
		"static int a(int x)\n{\n}\nint b(void)\n{\n\tstatic int n;\n}\nint c(void)\n{\n}\n",
		"static int a int x int b void b! static int n int c void c! ");
	expect_words("static struct o x = { .f = g };\nint a(void)\n{\n}",
		     "static struct o x f g int a void a! ");
	expect_words("static int a(int x);\nint b(void)\n{\n}",
		     "static int a int x int b void b! ");
	expect_words("'a", "");
	expect_words("\"\\", "");
	expect_words("/*", "");
}

static void expect_units(const struct word_index *index, const char *name, size_t definers,
			 guint mentions)
{
	g_autoptr(GArray) found = word_index_mentions(index, name);
	size_t n;

	word_index_definers(index, name, &n);
	assert_int_equal(n, definers);
	assert_int_equal(found->len, mentions);
}

static void words_are_found(void **state)
{
	const struct place *place = *state;
	const char *paths[] = { "a.c", "b.c", "c.c", "d.c", "e.c", "f.c", NULL };
	g_autoptr(GPtrArray) units = NULL;
	struct word_index *index;
	struct tree *tree;

	for (const char **path = paths; *path; path++)
		write_file(place, *path, "int f(void)\n{\n\treturn g();\n}\n");
	tree = open_tree(place, NULL, paths, NULL);
	units = tree_list_units(tree, NULL, NULL);
	index = word_index_open(tree, units, NULL, NULL);
	expect_units(index, "f", 6, 6);
	expect_units(index, "g", 0, 6);
	expect_units(index, "h", 0, 0);
	word_index_free(index);

	write_file(place, "c.c", "int g(void) { return h; }\n");
	index = word_index_open(tree, units, NULL, NULL);
	expect_units(index, "f", 5, 5);
	expect_units(index, "g", 1, 6);
	expect_units(index, "h", 0, 1);
	word_index_free(index);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arch_comes_from_the_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(version_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_input_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scope_is_files_and_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plain_files_need_no_project, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flags_are_those_of_parsing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flag_may_lack_its_value, set_up, tear_down),
		cmocka_unit_test_setup_teardown(compdb_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_compdb_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_exec_reads_what_was_built, set_up, tear_down),
		cmocka_unit_test_setup_teardown(units_are_remembered, set_up, tear_down),
		cmocka_unit_test(words_are_scanned),
		cmocka_unit_test_setup_teardown(words_are_found, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
