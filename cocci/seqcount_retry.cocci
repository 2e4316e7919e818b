// SPDX-License-Identifier: GPL-2.0-or-later
/// What read_seqbegin() or read_seqcount_begin() returns must go to the test whether to retry: a
/// reader that never asks uses data that was half written.
///
//# A reader that only wants to know whether something changed since is reported too.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: seqcount/no-retry

virtual context
virtual org
virtual report

@initialize:python@
@@

def plain(expression):
    return expression.replace(" ", "")

@ignored@
expression s;
position p;
@@

\(read_seqbegin@p\|read_seqcount_begin@p\|raw_read_seqcount_begin@p\)(s);

@r forall@
expression s;
local idexpression seq;
position p;
@@

seq = \(read_seqbegin@p\|read_seqcount_begin@p\|raw_read_seqcount_begin@p\)(s)
... when != seq
    when strict

@depends on context@
position ignored.p;
identifier f;
@@

*f@p(...)

@depends on context@
position r.p;
identifier f;
@@

*f@p(...)

@script:python depends on report@
p << ignored.p;
s << ignored.s;
@@

coccilib.report.print_report(p[0], "ERROR: nothing asks whether the reader of %s must retry" % plain(s))

@script:python depends on report@
p << r.p;
s << r.s;
@@

coccilib.report.print_report(p[0], "ERROR: nothing asks whether the reader of %s must retry" % plain(s))

@script:python depends on org@
p << ignored.p;
s << ignored.s;
@@

coccilib.org.print_todo(p[0], "ERROR: nothing asks whether the reader of %s must retry" % plain(s))

@script:python depends on org@
p << r.p;
s << r.s;
@@

coccilib.org.print_todo(p[0], "ERROR: nothing asks whether the reader of %s must retry" % plain(s))
