# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is missing is collected and told once, at the end, with the command that installs it.
#
# LG_PACKAGES(WHAT, DEBIAN, FEDORA, ARCH, ALPINE, LOST)   WHAT is absent: which package has it
# LG_REPORT_MISSING                                       prints; fails when a required one is absent

AC_DEFUN([LG_PACKAGE_MANAGER], [
AS_IF([command -v apt-get >/dev/null 2>&1], [lg_manager=apt],
      [command -v dnf >/dev/null 2>&1], [lg_manager=dnf],
      [command -v pacman >/dev/null 2>&1], [lg_manager=pacman],
      [command -v apk >/dev/null 2>&1], [lg_manager=apk],
      [lg_manager=unknown])
lg_required=
lg_optional=
lg_packages=
])

AC_DEFUN([LG_PACKAGES], [
AC_REQUIRE([LG_PACKAGE_MANAGER])
AS_CASE([$lg_manager],
	[apt], [lg_package='$2'],
	[dnf], [lg_package='$3'],
	[pacman], [lg_package='$4'],
	[apk], [lg_package='$5'],
	[lg_package='$2 (Debian), $3 (Fedora), $4 (Arch), $5 (Alpine)'])
m4_ifval([$6],
	[lg_optional="$lg_optional
    $1: package $lg_package; without it $6"],
	[lg_packages="$lg_packages $lg_package"
	lg_required="$lg_required
    $1: package $lg_package"])
])

AC_DEFUN([LG_REPORT_MISSING], [
AS_IF([test -n "$lg_optional"], [AC_MSG_NOTICE([optional, and not found:$lg_optional])])
AS_IF([test -n "$lg_required"], [
	AS_CASE([$lg_manager],
		[apt], [lg_install="apt-get install$lg_packages"],
		[dnf], [lg_install="dnf install$lg_packages"],
		[pacman], [lg_install="pacman -S$lg_packages"],
		[apk], [lg_install="apk add$lg_packages"],
		[lg_install="install them with the package manager"])
	AC_MSG_ERROR([missing:$lg_required
  to get them: $lg_install (or run ./quickstart)])
])
])
