# SPDX-License-Identifier: GPL-2.0-or-later
#
# LG_FIND_LIBCLANG(OLDEST)
#
# Finds the newest libclang that has its headers, of version OLDEST or later, wherever the
# distribution puts it. Distributions put several versions side by side, and none has a
# pkg-config file, so every place known is tried, newest first, and the first that links wins.
# Sets have_libclang, LIBCLANG_CFLAGS, LIBCLANG_LIBS, libclang_where and libclang_version.

AC_DEFUN([LG_FIND_LIBCLANG], [
AC_ARG_WITH([libclang],
	[AS_HELP_STRING([--with-libclang=DIR],
		[folder with include/clang-c and lib/libclang.so (default: the newest found)])],
	[], [with_libclang=])
AS_CASE([$with_libclang], [yes], [with_libclang=],
	[no], [AC_MSG_ERROR([lockgraph cannot do without libclang])])

have_libclang=no
lg_save_CPPFLAGS=$CPPFLAGS
lg_save_LIBS=$LIBS

# Candidates are "INCLUDEDIR:LIBDIR".
lg_candidates=
AS_IF([test -n "$with_libclang"], [
	for lg_dir in "$with_libclang"/lib "$with_libclang"/lib64; do
		lg_candidates="$lg_candidates $with_libclang/include:$lg_dir"
	done
], [
	for lg_major in 30 29 28 27 26 25 24 23 22 21 20 19 18 17 ''; do
		for lg_config in llvm-config${lg_major:+-$lg_major} llvm-config$lg_major \
				 llvm$lg_major-config /usr/lib/llvm-$lg_major/bin/llvm-config \
				 /usr/lib/llvm$lg_major/bin/llvm-config \
				 /usr/lib64/llvm$lg_major/bin/llvm-config; do
			lg_include=`$lg_config --includedir 2>/dev/null` || continue
			lg_libdir=`$lg_config --libdir 2>/dev/null` || continue
			lg_candidates="$lg_candidates $lg_include:$lg_libdir"
		done
		AS_IF([test -n "$lg_major"], [
			for lg_dir in /usr/lib/llvm-$lg_major /usr/lib/llvm$lg_major \
				      /usr/lib64/llvm$lg_major; do
				lg_candidates="$lg_candidates $lg_dir/include:$lg_dir/lib"
				lg_candidates="$lg_candidates $lg_dir/include:$lg_dir/lib64"
			done
		])
	done
	lg_candidates="$lg_candidates /usr/include:/usr/lib64 /usr/include:/usr/lib"
	lg_candidates="$lg_candidates /usr/local/include:/usr/local/lib"
])

AC_MSG_CHECKING([for libclang >= $1])
for lg_candidate in $lg_candidates; do
	lg_include=${lg_candidate%%:*}
	lg_libdir=${lg_candidate#*:}
	test -f "$lg_include/clang-c/Index.h" || continue
	lg_lib=
	for lg_file in "$lg_libdir"/libclang.so "$lg_libdir"/libclang-*.so "$lg_libdir"/libclang.so.*; do
		AS_IF([test -f "$lg_file"], [lg_lib=$lg_file; break])
	done
	test -n "$lg_lib" || continue
	CPPFLAGS="$lg_save_CPPFLAGS -I$lg_include"
	LIBS="$lg_lib -Wl,-rpath,$lg_libdir $lg_save_LIBS"
	# The calls that name an operator came with version 17.
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <clang-c/Index.h>]],
		[[return clang_getCursorBinaryOperatorKind(clang_getNullCursor());]])],
		[have_libclang=yes], [continue])
	break
done
CPPFLAGS=$lg_save_CPPFLAGS
LIBS=$lg_save_LIBS

AS_IF([test $have_libclang = yes], [
	LIBCLANG_CFLAGS=
	LIBCLANG_LIBS=$lg_lib
	AS_IF([test "$lg_include" != /usr/include], [LIBCLANG_CFLAGS="-isystem $lg_include"])
	# So that the program runs uninstalled, whatever the loader is configured to look at.
	AS_CASE([$lg_libdir], [/usr/lib|/usr/lib64], [],
		[LIBCLANG_LIBS="$LIBCLANG_LIBS -Wl,-rpath,$lg_libdir"])
	libclang_where=$lg_lib
])
AC_MSG_RESULT([${libclang_where:-no}])
AC_SUBST([LIBCLANG_CFLAGS])
AC_SUBST([LIBCLANG_LIBS])
])
