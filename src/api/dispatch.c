/* SPDX-License-Identifier: MIT */

#include "api/dispatch.h"

#include "api/api.h"
#include "core/platform.h"
#include "util/u_call_once.h"

/*
 * One line a slot of the loader's table, implemented or with the reason why
 * not: a check compares them with the header.  A client may call a NULL one
 * only after it found the extension, which we do not report.
 */
static const struct _cl_icd_dispatch dispatch = {
   /* OpenCL 1.0 */
   .clGetPlatformIDs = trf_clGetPlatformIDs,
   .clGetPlatformInfo = trf_clGetPlatformInfo,
   .clGetDeviceIDs = trf_clGetDeviceIDs,
   .clGetDeviceInfo = trf_clGetDeviceInfo,
   .clCreateContext = trf_clCreateContext,
   .clCreateContextFromType = trf_clCreateContextFromType,
   .clRetainContext = trf_clRetainContext,
   .clReleaseContext = trf_clReleaseContext,
   .clGetContextInfo = trf_clGetContextInfo,
   .clCreateCommandQueue = trf_clCreateCommandQueue,
   .clRetainCommandQueue = trf_clRetainCommandQueue,
   .clReleaseCommandQueue = trf_clReleaseCommandQueue,
   .clGetCommandQueueInfo = trf_clGetCommandQueueInfo,
   .clSetCommandQueueProperty = trf_clSetCommandQueueProperty,
   .clCreateBuffer = trf_clCreateBuffer,
   .clCreateImage2D = trf_clCreateImage2D,
   .clCreateImage3D = trf_clCreateImage3D,
   .clRetainMemObject = trf_clRetainMemObject,
   .clReleaseMemObject = trf_clReleaseMemObject,
   .clGetSupportedImageFormats = trf_clGetSupportedImageFormats,
   .clGetMemObjectInfo = trf_clGetMemObjectInfo,
   .clGetImageInfo = trf_clGetImageInfo,
   .clCreateSampler = trf_clCreateSampler,
   .clRetainSampler = trf_clRetainSampler,
   .clReleaseSampler = trf_clReleaseSampler,
   .clGetSamplerInfo = trf_clGetSamplerInfo,
   .clCreateProgramWithSource = trf_clCreateProgramWithSource,
   .clCreateProgramWithBinary = trf_clCreateProgramWithBinary,
   .clRetainProgram = trf_clRetainProgram,
   .clReleaseProgram = trf_clReleaseProgram,
   .clBuildProgram = trf_clBuildProgram,
   .clUnloadCompiler = trf_clUnloadCompiler,
   .clGetProgramInfo = trf_clGetProgramInfo,
   .clGetProgramBuildInfo = trf_clGetProgramBuildInfo,
   .clCreateKernel = trf_clCreateKernel,
   .clCreateKernelsInProgram = trf_clCreateKernelsInProgram,
   .clRetainKernel = trf_clRetainKernel,
   .clReleaseKernel = trf_clReleaseKernel,
   .clSetKernelArg = trf_clSetKernelArg,
   .clGetKernelInfo = trf_clGetKernelInfo,
   .clGetKernelWorkGroupInfo = trf_clGetKernelWorkGroupInfo,
   .clWaitForEvents = trf_clWaitForEvents,
   .clGetEventInfo = trf_clGetEventInfo,
   .clRetainEvent = trf_clRetainEvent,
   .clReleaseEvent = trf_clReleaseEvent,
   .clGetEventProfilingInfo = trf_clGetEventProfilingInfo,
   .clFlush = trf_clFlush,
   .clFinish = trf_clFinish,
   .clEnqueueReadBuffer = trf_clEnqueueReadBuffer,
   .clEnqueueWriteBuffer = trf_clEnqueueWriteBuffer,
   .clEnqueueCopyBuffer = trf_clEnqueueCopyBuffer,
   .clEnqueueReadImage = trf_clEnqueueReadImage,
   .clEnqueueWriteImage = trf_clEnqueueWriteImage,
   .clEnqueueCopyImage = trf_clEnqueueCopyImage,
   .clEnqueueCopyImageToBuffer = trf_clEnqueueCopyImageToBuffer,
   .clEnqueueCopyBufferToImage = trf_clEnqueueCopyBufferToImage,
   .clEnqueueMapBuffer = trf_clEnqueueMapBuffer,
   .clEnqueueMapImage = trf_clEnqueueMapImage,
   .clEnqueueUnmapMemObject = trf_clEnqueueUnmapMemObject,
   .clEnqueueNDRangeKernel = trf_clEnqueueNDRangeKernel,
   .clEnqueueTask = trf_clEnqueueTask,
   .clEnqueueNativeKernel = trf_clEnqueueNativeKernel,
   .clEnqueueMarker = trf_clEnqueueMarker,
   .clEnqueueWaitForEvents = trf_clEnqueueWaitForEvents,
   .clEnqueueBarrier = trf_clEnqueueBarrier,
   .clGetExtensionFunctionAddress = trf_clGetExtensionFunctionAddress,

   /* OpenCL 1.1 */
   .clSetEventCallback = trf_clSetEventCallback,
   .clCreateSubBuffer = trf_clCreateSubBuffer,
   .clSetMemObjectDestructorCallback = trf_clSetMemObjectDestructorCallback,
   .clCreateUserEvent = trf_clCreateUserEvent,
   .clSetUserEventStatus = trf_clSetUserEventStatus,
   .clEnqueueReadBufferRect = trf_clEnqueueReadBufferRect,
   .clEnqueueWriteBufferRect = trf_clEnqueueWriteBufferRect,
   .clEnqueueCopyBufferRect = trf_clEnqueueCopyBufferRect,

   /* cl_ext_device_fission */
   .clCreateSubDevicesEXT = trf_clCreateSubDevicesEXT,
   .clRetainDeviceEXT = trf_clRetainDeviceEXT,
   .clReleaseDeviceEXT = trf_clReleaseDeviceEXT,

   /* OpenCL 1.2 */
   .clCreateSubDevices = trf_clCreateSubDevices,
   .clRetainDevice = trf_clRetainDevice,
   .clReleaseDevice = trf_clReleaseDevice,
   .clCreateImage = trf_clCreateImage,
   .clCreateProgramWithBuiltInKernels = trf_clCreateProgramWithBuiltInKernels,
   .clCompileProgram = trf_clCompileProgram,
   .clLinkProgram = trf_clLinkProgram,
   .clUnloadPlatformCompiler = trf_clUnloadPlatformCompiler,
   .clGetKernelArgInfo = trf_clGetKernelArgInfo,
   .clEnqueueFillBuffer = trf_clEnqueueFillBuffer,
   .clEnqueueFillImage = trf_clEnqueueFillImage,
   .clEnqueueMigrateMemObjects = trf_clEnqueueMigrateMemObjects,
   .clEnqueueMarkerWithWaitList = trf_clEnqueueMarkerWithWaitList,
   .clEnqueueBarrierWithWaitList = trf_clEnqueueBarrierWithWaitList,
   .clGetExtensionFunctionAddressForPlatform =
      trf_clGetExtensionFunctionAddressForPlatform,

   /* OpenCL 2.0 */
   .clCreateCommandQueueWithProperties =
      trf_clCreateCommandQueueWithProperties,
   .clCreatePipe = trf_clCreatePipe,
   .clGetPipeInfo = trf_clGetPipeInfo,
   .clSVMAlloc = trf_clSVMAlloc,
   .clSVMFree = trf_clSVMFree,
   .clEnqueueSVMFree = trf_clEnqueueSVMFree,
   .clEnqueueSVMMemcpy = trf_clEnqueueSVMMemcpy,
   .clEnqueueSVMMemFill = trf_clEnqueueSVMMemFill,
   .clEnqueueSVMMap = trf_clEnqueueSVMMap,
   .clEnqueueSVMUnmap = trf_clEnqueueSVMUnmap,
   .clCreateSamplerWithProperties = trf_clCreateSamplerWithProperties,
   .clSetKernelArgSVMPointer = trf_clSetKernelArgSVMPointer,
   .clSetKernelExecInfo = trf_clSetKernelExecInfo,

   /* cl_khr_subgroups */
   .clGetKernelSubGroupInfoKHR = trf_clGetKernelSubGroupInfoKHR,

   /* OpenCL 2.1 */
   .clCloneKernel = trf_clCloneKernel,
   .clCreateProgramWithIL = trf_clCreateProgramWithIL,
   .clEnqueueSVMMigrateMem = trf_clEnqueueSVMMigrateMem,
   .clGetDeviceAndHostTimer = trf_clGetDeviceAndHostTimer,
   .clGetHostTimer = trf_clGetHostTimer,
   .clGetKernelSubGroupInfo = trf_clGetKernelSubGroupInfo,
   .clSetDefaultDeviceCommandQueue = trf_clSetDefaultDeviceCommandQueue,

   /* OpenCL 2.2 */
   .clSetProgramReleaseCallback = trf_clSetProgramReleaseCallback,
   .clSetProgramSpecializationConstant =
      trf_clSetProgramSpecializationConstant,

   /* OpenCL 3.0 */
   .clCreateBufferWithProperties = trf_clCreateBufferWithProperties,
   .clCreateImageWithProperties = trf_clCreateImageWithProperties,
   .clSetContextDestructorCallback = trf_clSetContextDestructorCallback,

   /* Not reported: cl_khr_gl_sharing, cl_khr_gl_event. */
   .clCreateFromGLBuffer = NULL,
   .clCreateFromGLTexture2D = NULL,
   .clCreateFromGLTexture3D = NULL,
   .clCreateFromGLRenderbuffer = NULL,
   .clGetGLObjectInfo = NULL,
   .clGetGLTextureInfo = NULL,
   .clEnqueueAcquireGLObjects = NULL,
   .clEnqueueReleaseGLObjects = NULL,
   .clGetGLContextInfoKHR = NULL,
   .clCreateEventFromGLsyncKHR = NULL,
   .clCreateFromGLTexture = NULL,

   /* Not reported: cl_khr_egl_image, cl_khr_egl_event. */
   .clCreateFromEGLImageKHR = NULL,
   .clEnqueueAcquireEGLObjectsKHR = NULL,
   .clEnqueueReleaseEGLObjectsKHR = NULL,
   .clCreateEventFromEGLSyncKHR = NULL,

   /* Windows only: cl_khr_d3d10_sharing, cl_khr_d3d11_sharing,
    * cl_khr_dx9_media_sharing. */
   .clGetDeviceIDsFromD3D10KHR = NULL,
   .clCreateFromD3D10BufferKHR = NULL,
   .clCreateFromD3D10Texture2DKHR = NULL,
   .clCreateFromD3D10Texture3DKHR = NULL,
   .clEnqueueAcquireD3D10ObjectsKHR = NULL,
   .clEnqueueReleaseD3D10ObjectsKHR = NULL,
   .clGetDeviceIDsFromD3D11KHR = NULL,
   .clCreateFromD3D11BufferKHR = NULL,
   .clCreateFromD3D11Texture2DKHR = NULL,
   .clCreateFromD3D11Texture3DKHR = NULL,
   .clEnqueueAcquireD3D11ObjectsKHR = NULL,
   .clEnqueueReleaseD3D11ObjectsKHR = NULL,
   .clCreateFromDX9MediaSurfaceKHR = NULL,
   .clGetDeviceIDsFromDX9MediaAdapterKHR = NULL,
   .clEnqueueAcquireDX9MediaSurfacesKHR = NULL,
   .clEnqueueReleaseDX9MediaSurfacesKHR = NULL,
};

static void
set_dispatch(void)
{
   trf_handle_set_dispatch(&dispatch);
}

struct trf_platform *
trf_dispatch_platform(void)
{
   static util_once_flag once = UTIL_ONCE_FLAG_INIT;

   /* Before the first handle exists. */
   util_call_once(&once, set_dispatch);

   struct trf_platform *platform = trf_platform_get();
   return platform && platform->base.handle ? platform : NULL;
}
