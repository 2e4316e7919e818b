# SPDX-License-Identifier: GPL-2.0-or-later
#
# LG_COMPILER_FLAGS(VARIABLE, FLAGS)
#
# Substitutes VARIABLE by those of FLAGS that the compiler takes for compiling and linking.

AC_DEFUN([LG_COMPILER_FLAGS], [
$1=
lg_save_CFLAGS=$CFLAGS
for lg_flag in $2; do
	# clang only warns of warning flags that it does not know.
	CFLAGS="$lg_save_CFLAGS -Werror $lg_flag"
	AC_MSG_CHECKING([whether $CC takes $lg_flag])
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes])
		$1="$$1 $lg_flag"],
		[AC_MSG_RESULT([no])])
done
CFLAGS=$lg_save_CFLAGS
AC_SUBST([$1])
])
