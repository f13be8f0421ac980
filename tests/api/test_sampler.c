/* SPDX-License-Identifier: MIT */

/* Chapter 5.7: samplers. */

#include "common.h"

static const cl_addressing_mode modes[] = {
   CL_ADDRESS_NONE, CL_ADDRESS_CLAMP_TO_EDGE, CL_ADDRESS_CLAMP,
   CL_ADDRESS_REPEAT, CL_ADDRESS_MIRRORED_REPEAT};
static const cl_filter_mode filters[] = {CL_FILTER_NEAREST, CL_FILTER_LINEAR};

/* 6.15.15.1: these two work on normalised coordinates only. */
static bool
wants_normalized(cl_addressing_mode mode)
{
   return mode == CL_ADDRESS_REPEAT || mode == CL_ADDRESS_MIRRORED_REPEAT;
}

static cl_uint
sampler_uint(cl_sampler sampler, cl_sampler_info param)
{
   cl_uint value;
   CHECK_OK(clGetSamplerInfo(sampler, param, sizeof(value), &value, NULL));
   return value;
}

static cl_sampler
with(const cl_sampler_properties *properties)
{
   return clCreateSamplerWithProperties(client.context, properties, &code);
}

static void
all_kinds(void **state)
{
   need_images();
   for (cl_bool norm = CL_FALSE; norm <= CL_TRUE; norm++)
      for (unsigned m = 0; m < COUNT(modes); m++)
         for (unsigned f = 0; f < COUNT(filters); f++) {
            const cl_sampler_properties properties[] = {
               CL_SAMPLER_ADDRESSING_MODE,
               modes[m],
               CL_SAMPLER_NORMALIZED_COORDS,
               norm,
               CL_SAMPLER_FILTER_MODE,
               filters[f],
               0};
            cl_sampler_properties got[8];
            size_t size;

            if (!norm && wants_normalized(modes[m]))
               continue;
            cl_sampler sampler = CREATED(with(properties));
            assert_int_equal(
               sampler_uint(sampler, CL_SAMPLER_NORMALIZED_COORDS), norm);
            assert_int_equal(
               sampler_uint(sampler, CL_SAMPLER_ADDRESSING_MODE), modes[m]);
            assert_int_equal(sampler_uint(sampler, CL_SAMPLER_FILTER_MODE),
                             filters[f]);
            CHECK_OK(clGetSamplerInfo(sampler, CL_SAMPLER_PROPERTIES,
                                      sizeof(got), got, &size));
            assert_int_equal(size, sizeof(properties));
            assert_memory_equal(got, properties, sizeof(properties));
            CHECK_OK(clReleaseSampler(sampler));

            sampler = CREATED(clCreateSampler(client.context, norm, modes[m],
                                              filters[f], &code));
            assert_int_equal(
               sampler_uint(sampler, CL_SAMPLER_ADDRESSING_MODE), modes[m]);
            CHECK_OK(clGetSamplerInfo(sampler, CL_SAMPLER_PROPERTIES, 0, NULL,
                                      &size));
            assert_int_equal(size, 0);
            CHECK_OK(clReleaseSampler(sampler));
         }
}

static void
properties_have_defaults(void **state)
{
   static const cl_sampler_properties none[] = {0};
   const cl_sampler_properties *lists[] = {NULL, none};

   need_images();
   for (unsigned i = 0; i < COUNT(lists); i++) {
      cl_sampler sampler = CREATED(with(lists[i]));
      assert_int_equal(sampler_uint(sampler, CL_SAMPLER_NORMALIZED_COORDS),
                       CL_TRUE);
      assert_int_equal(sampler_uint(sampler, CL_SAMPLER_ADDRESSING_MODE),
                       CL_ADDRESS_CLAMP);
      assert_int_equal(sampler_uint(sampler, CL_SAMPLER_FILTER_MODE),
                       CL_FILTER_NEAREST);
      CHECK_OK(clReleaseSampler(sampler));
   }
}

static void
refuses_bad_properties(void **state)
{
   static const cl_sampler_properties bad[][8] = {
      {0x7777, 1, 0},
      {CL_SAMPLER_ADDRESSING_MODE, 0x7777, 0},
      {CL_SAMPLER_FILTER_MODE, 0x7777, 0},
      {CL_SAMPLER_NORMALIZED_COORDS, 7, 0},
      {CL_SAMPLER_FILTER_MODE, CL_FILTER_LINEAR, CL_SAMPLER_FILTER_MODE,
       CL_FILTER_LINEAR, 0},
   };

   need_images();
   for (unsigned i = 0; i < COUNT(bad); i++) {
      print_message("# case %u\n", i);
      REFUSED(CL_INVALID_VALUE, with(bad[i]));
   }
   REFUSED(CL_INVALID_VALUE, clCreateSampler(client.context, CL_TRUE, 0x7777,
                                             CL_FILTER_LINEAR, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateSampler(client.context, CL_TRUE, CL_ADDRESS_CLAMP, 0x7777,
                           &code));
   /* "… or a combination of these argument values are not valid." */
   REFUSED(CL_INVALID_VALUE,
           clCreateSampler(client.context, CL_FALSE, CL_ADDRESS_REPEAT,
                           CL_FILTER_LINEAR, &code));
   REFUSED(CL_INVALID_VALUE,
           clCreateSampler(client.context, 7, CL_ADDRESS_CLAMP,
                           CL_FILTER_LINEAR, &code));
}

static void
refuses_other_handles(void **state)
{
   cl_uint value;

   need_images();
   REFUSED_HANDLE(
      CL_INVALID_CONTEXT,
      clCreateSamplerWithProperties((cl_context)client.queue, NULL, &code));
   REFUSED_HANDLE(CL_INVALID_CONTEXT,
                  clCreateSampler((cl_context)client.queue, CL_TRUE,
                                  CL_ADDRESS_CLAMP, CL_FILTER_LINEAR, &code));
   CHECK_HANDLE(CL_INVALID_SAMPLER,
                clRetainSampler((cl_sampler)client.queue));
   CHECK_HANDLE(CL_INVALID_SAMPLER,
                clReleaseSampler((cl_sampler)client.queue));
   CHECK_HANDLE(CL_INVALID_SAMPLER,
                clGetSamplerInfo((cl_sampler)client.queue,
                                 CL_SAMPLER_FILTER_MODE, sizeof(value),
                                 &value, NULL));
}

static void
references_and_context(void **state)
{
   cl_context context;

   need_images();
   cl_sampler sampler = CREATED(with(NULL));
   assert_int_equal(sampler_uint(sampler, CL_SAMPLER_REFERENCE_COUNT), 1);
   CHECK_OK(clRetainSampler(sampler));
   assert_int_equal(sampler_uint(sampler, CL_SAMPLER_REFERENCE_COUNT), 2);
   CHECK_OK(clReleaseSampler(sampler));
   CHECK_OK(clGetSamplerInfo(sampler, CL_SAMPLER_CONTEXT, sizeof(context),
                             &context, NULL));
   assert_ptr_equal(context, client.context);
   CHECK_OK(clReleaseSampler(sampler));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_kinds),
      cmocka_unit_test(properties_have_defaults),
      cmocka_unit_test(refuses_bad_properties),
      cmocka_unit_test(refuses_other_handles),
      cmocka_unit_test(references_and_context),
   };
   return cmocka_run_group_tests(tests, client_setup, client_teardown);
}
