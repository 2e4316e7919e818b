// SPDX-License-Identifier: GPL-2.0-or-later
/// A lock that the function takes and releases is still held at a return in between, as on an error
/// path that forgot it.
///
//# Only returns of an error, or of nothing: many a function returns what it found with the lock
//# held, and releases it when it finds nothing.
//
// Confidence: Moderate
// Comments:
// Options: --no-includes --include-headers
// Rule: lock/imbalance

virtual context
virtual org
virtual patch
virtual report

@initialize:python@
@@

import re

# By the kernel's indentation: a goto may lead to a return at the function's end. And what has lock
# in its name may take one for its caller.
def nested(q):
    locks = re.search(r"(^|_)(try)?lock(ed)?(_|$)", q[0].current_element)
    return int(q[0].column) > 1 and not locks

def plain(expression):
    return expression.replace(" ", "")

@taken@
expression l;
position p;
identifier lock = { mutex_lock, mutex_lock_nested, spin_lock, spin_lock_bh, spin_lock_irq,
		    spin_lock_irqsave, raw_spin_lock, raw_spin_lock_irqsave, read_lock, read_lock_bh,
		    write_lock, write_lock_bh, write_lock_irq, read_lock_irqsave,
		    write_lock_irqsave, down_read, down_write };
@@

lock@p(l, ...);

@r exists@
expression taken.l, x <= taken.l;
position taken.p, u;
position q : script:python() { nested(q) };
constant C;
identifier error =~ "^(e|err|error|ret|rc|res|result|retval|rv|status)$";
identifier taken.lock, f;
identifier unlock = { mutex_unlock, spin_unlock, spin_unlock_bh, spin_unlock_irq,
		      spin_unlock_irqrestore, raw_spin_unlock, raw_spin_unlock_irqrestore,
		      read_unlock, read_unlock_bh, write_unlock, write_unlock_bh, write_unlock_irq,
		      read_unlock_irqrestore, write_unlock_irqrestore, up_read, up_write };
@@

 lock@p(l, ...);
 ... when != l
 if (...) {
	... when != l
	    when != f(..., x, ...)
(
	return@q -C;
|
	return@q NULL;
|
	return@q ERR_PTR(...);
|
	return@q error;
|
	return@q;
)
 }
 ... when != l
     when any
 unlock@u(l, ...);

@as_there@
position r.u;
identifier r.unlock;
expression list es;
@@

unlock@u(es);

@depends on context@
position r.q;
@@

* return@q ...;

@depends on patch@
position r.q;
identifier r.unlock;
expression list as_there.es;
@@

+ unlock(es);
  return@q ...;

@script:python depends on report@
p << taken.p;
l << taken.l;
q << r.q;
@@

coccilib.report.print_report(q[0], "ERROR: returns with %s held, taken on line %s" % (plain(l), p[0].line))

@script:python depends on org@
p << taken.p;
l << taken.l;
q << r.q;
@@

coccilib.org.print_todo(q[0], "ERROR: returns with %s held" % plain(l))
coccilib.org.print_link(p[0], "taken here")
