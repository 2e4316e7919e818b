// SPDX-License-Identifier: GPL-2.0-or-later
/// A mutex that is held to the end of the function and released before each return is what
/// guard(mutex)() is: no return can forget it.
///
//# Advice, not a bug. Only functions with several returns under the lock, which is taken at their
//# top level, and without goto. What is returned must not be a call, which would then be made with
//# the lock held.
//
// Confidence: Low
// Comments:
// Options: --no-includes --include-headers
// Rule: cocci/guard_mutex

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

jumping, elsewhere, before_return = set(), set(), set()

def plain(expression):
    return expression.replace(" ", "")

def function(p):
    return p[0].file, p[0].current_element

def at_end(p):
    return int(p[0].line) == int(p[0].current_element_line_end) - 1

# By the kernel's indentation, which is cheaper than to look for what is around it.
def at_top(p):
    return int(p[0].column) == 1

def eligible(p):
    return at_top(p) and function(p) not in jumping and function(p) not in elsewhere

@jump@
identifier label;
position p;
@@

goto@p label;

@script:python@
p << jump.p;
@@

jumping.add(function(p))

@followed@
identifier i;
constant C;
expression l;
position p;
@@

 mutex_unlock@p(l);
(
 return;
|
 return i;
|
 return C;
|
 return -C;
)

@script:python@
p << followed.p;
@@

before_return.add((p[0].file, p[0].line))

@unlock@
expression l;
position p;
@@

mutex_unlock@p(l)

@script:python@
p << unlock.p;
@@

if (p[0].file, p[0].line) not in before_return and not at_end(p):
    elsewhere.add(function(p))

@r exists@
expression l;
position p : script:python() { eligible(p) };
@@

 mutex_lock@p(l);
 ... when != mutex_unlock(l)
 if (...) {
	... when != mutex_unlock(l)
	mutex_unlock(l);
	return ...;
 }

@kept exists@
expression r.l;
position r.p;
@@

 mutex_lock@p(l);
 ... when != mutex_unlock(l)
 return ...;

@depends on context && !kept@
expression r.l;
position r.p;
@@

* mutex_lock@p(l);

@depends on patch && !kept@
expression r.l;
position r.p;
@@

- mutex_lock@p(l);
+ guard(mutex)(l);
  <...
- mutex_unlock(l);
  ...>

@script:python depends on report && !kept@
p << r.p;
l << r.l;
@@

coccilib.report.print_report(p[0], "NOTE: guard(mutex)(%s) would release it at each return" % plain(l))

@script:python depends on org && !kept@
p << r.p;
l << r.l;
@@

coccilib.org.print_todo(p[0], "NOTE: guard(mutex)(%s) would release it at each return" % plain(l))
