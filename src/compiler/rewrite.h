/* SPDX-License-Identifier: MIT */

/*
 * SPIR-V as spirv_to_nir should see it.  It takes some things of kernels for
 * others: those are given the names of what no kernel has, by which our
 * passes know them again.
 *
 *    EnqueuedWorkgroupSize   is taken for WorkgroupSize
 *    NumEnqueuedSubgroups    is taken for NumSubgroups
 *    SubgroupSize            is taken for SubgroupMaxSize
 *    CrossDevice             is not taken at all
 *    the scope of work-groups
 *       in group functions   is taken for that of sub-groups
 */

#ifndef TRF_COMPILER_REWRITE_H
#define TRF_COMPILER_REWRITE_H

#include "compiler/compiler.h"

#define TRF_BUILTIN_ENQUEUED_SIZE      SpvBuiltInLaunchSizeKHR
#define TRF_SYSTEM_VALUE_ENQUEUED_SIZE SYSTEM_VALUE_RAY_LAUNCH_SIZE

#define TRF_BUILTIN_ENQUEUED_SUBGROUPS      SpvBuiltInDrawIndex
#define TRF_SYSTEM_VALUE_ENQUEUED_SUBGROUPS SYSTEM_VALUE_DRAW_ID

#define TRF_BUILTIN_SUBGROUP_ITEMS      SpvBuiltInBaseInstance
#define TRF_SYSTEM_VALUE_SUBGROUP_ITEMS SYSTEM_VALUE_BASE_INSTANCE

/*
 * Functions of work-groups become those of sub-groups whose clusters have
 * impossible sizes, which tell the one from the other.
 */
#define TRF_GROUP_REDUCE    (1u << 30)
#define TRF_GROUP_INCLUSIVE (1u << 29)
#define TRF_GROUP_EXCLUSIVE (1u << 28)

/*
 * A broadcast is a rotation by the work-item's place on its last axis.  What
 * is rotated is the value, or a step: that by the place on the axis before.
 */
#define TRF_GROUP_PLACE (1u << 27)
#define TRF_GROUP_STEP  (1u << 26)

/* Valid SPIR-V in.  False without memory. */
bool trf_spirv_rewrite(const struct trf_spirv *spirv, struct trf_spirv *out);

/* Scopes of all devices become the device's own, in place. */
bool trf_spirv_narrow_scopes(struct trf_spirv *spirv);

#endif
