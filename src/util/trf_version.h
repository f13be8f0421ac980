/* SPDX-License-Identifier: MIT */

/* Who we are, as the version strings tell it. */

#ifndef TRF_VERSION_H
#define TRF_VERSION_H

/*
 * The standalone host defines TREFOIL_VERSION.  In a Mesa tree there is only
 * Mesa's version, which is then ours too.
 */
#ifdef TREFOIL_VERSION
#define TRF_VERSION_STRING TREFOIL_VERSION " (Mesa " PACKAGE_VERSION ")"
#else
#define TRF_VERSION_STRING PACKAGE_VERSION
#endif

#endif
