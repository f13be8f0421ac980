/* SPDX-License-Identifier: MIT */

#include "gallium/loader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gallium/screen_private.h"
#include "gallium/target.h"
#include "gallium/vulkan.h"
#include "pipe-loader/pipe_loader.h"
#include "pipe/p_screen.h"
#include "util/macros.h"
#include "util/trf_log.h"

/* Render nodes have 64 minor numbers. */
#define MAX_DRM_DEVICES 64
#define MAX_SCREENS     (MAX_DRM_DEVICES + TRF_MAX_VULKAN_DEVICES + 4)

struct probe {
   const char *selection; /* NULL: all but softpipe */
   struct trf_screen *screens[MAX_SCREENS];
   unsigned count;
};

/* The next entry of a list, without blanks around it; false at the end. */
static bool
next_entry(const char **list, const char **entry, size_t *length)
{
   const char *start = *list;
   if (!start || !*start)
      return false;

   const char *end = start + strcspn(start, ",");
   *list = *end ? end + 1 : end;

   start += strspn(start, " \t");
   if (start > end)
      start = end;
   while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
      end--;

   *entry = start;
   *length = end - start;
   return true;
}

static bool
contains(const char *text, const char *part, size_t length)
{
   for (; *text; text++) {
      if (!strncasecmp(text, part, length))
         return true;
   }
   return false;
}

static bool
equals(const char *text, const char *part, size_t length)
{
   return strlen(text) == length && !strncasecmp(text, part, length);
}

static bool
selected(const struct probe *probe, const char *driver, const char *name)
{
   const char *list = probe->selection;
   const char *entry;
   size_t length;

   while (next_entry(&list, &entry, &length)) {
      if (length &&
          (equals(driver, entry, length) || contains(name, entry, length)))
         return true;
   }
   return !probe->selection;
}

static bool
named(const struct probe *probe, const char *driver)
{
   return probe->selection && selected(probe, driver, "");
}

/* Takes a driver's screen, or destroys it; `device` goes with it. */
static void
consider(struct probe *probe, struct pipe_screen *pipe, const char *driver,
         struct pipe_loader_device *device,
         const struct trf_vulkan_device *vulkan)
{
   struct trf_screen *screen =
      pipe ? trf_screen_create(pipe, driver, vulkan) : NULL;
   if (!screen) {
      trf_log_device("%s: left out, the driver does not start", driver);
      if (device)
         pipe_loader_release(&device, 1);
      return;
   }
   screen->device = device;

   const char *name = trf_screen_name(screen);
   if (!selected(probe, driver, name)) {
      trf_log_device("%s (%s): left out, not in TREFOIL_DEVICES", driver,
                     name);
      trf_screen_destroy(screen);
   } else if (!screen->caps.compute && !named(probe, driver)) {
      trf_log_device("%s (%s): left out, cannot run kernels", driver, name);
      trf_screen_destroy(screen);
   } else {
      trf_log_device("%s (%s): taken as device %u%s", driver, name,
                     probe->count,
                     screen->caps.compute ? "" : ", without kernels");
      screen->serial = trf_target_create_threaded_screen(driver, 0);
      probe->screens[probe->count++] = screen;
   }
}

static void
probe_drm(struct probe *probe)
{
#ifdef HAVE_LIBDRM
   struct pipe_loader_device *devices[MAX_DRM_DEVICES];
   int count = pipe_loader_drm_probe(devices, MAX_DRM_DEVICES);
   count = MIN2(count, MAX_DRM_DEVICES);

   for (int i = 0; i < count; i++) {
      const char *driver = devices[i]->driver_name;

      /* A driver that was not built would say so on stderr: don't ask it. */
      if (!trf_target_has_drm_driver(driver)) {
         trf_log_device("%s: left out, this build has no such driver",
                        driver);
         pipe_loader_release(&devices[i], 1);
         continue;
      }
      consider(probe, pipe_loader_create_screen(devices[i], false), driver,
               devices[i], NULL);
   }
#endif
}

static void
probe_software(struct probe *probe)
{
   for (const struct trf_sw_driver *driver = trf_target_sw_drivers;
        driver->name; driver++) {
      if (!driver->hidden || named(probe, driver->name))
         consider(probe, driver->create(driver->name), driver->name, NULL,
                  NULL);
   }
}

/* Whether a driver of ours drives the same piece of hardware already. */
static bool
is_taken(const struct probe *probe, const struct trf_vulkan_device *device)
{
   for (unsigned i = 0; i < probe->count; i++) {
      const struct trf_screen_caps *caps = &probe->screens[i]->caps;
      if (caps->is_cpu)
         continue;
      const bool same_model = caps->vendor_id == device->vendor_id &&
                              caps->device_id == device->device_id;
      const bool same_place = caps->pci_domain == device->pci_domain &&
                              caps->pci_bus == device->pci_bus &&
                              caps->pci_device == device->pci_device &&
                              caps->pci_function == device->pci_function;
      if (caps->has_pci && device->has_pci ? same_place : same_model)
         return true;
   }
   return false;
}

/* Whether zink may be started on a device; says why not. */
static bool
wants_vulkan(const struct probe *probe,
             const struct trf_vulkan_device *device)
{
   /* llvmpipe serves the processor better, and has the same name there. */
   if (device->is_cpu ? !named(probe, "zink")
                      : !selected(probe, "zink", device->name)) {
      trf_log_device("zink (%s): left out, not in TREFOIL_DEVICES",
                     device->name);
      return false;
   }
   if (is_taken(probe, device)) {
      trf_log_device("zink (%s): left out, another driver has it",
                     device->name);
      return false;
   }
   if (device->missing) {
      trf_log_device("zink (%s): left out, Vulkan has no %s there",
                     device->name, device->missing);
      return false;
   }
   return true;
}

static void
probe_vulkan(struct probe *probe)
{
   const struct trf_vulkan_device *devices;

   /* Its drivers are large, and some leave memory behind when they go. */
   if (!trf_target_has_zink()) {
      trf_log_device("zink: left out, this build has no such driver");
      return;
   }
   struct trf_vulkan *vulkan = trf_vulkan_open();
   if (!vulkan) {
      trf_log_device("zink: left out, there is no Vulkan");
      return;
   }
   const unsigned count = trf_vulkan_devices(vulkan, &devices);
   for (unsigned i = 0; i < count; i++) {
      if (wants_vulkan(probe, &devices[i]))
         consider(probe, trf_target_create_zink_screen(&devices[i]), "zink",
                  NULL, &devices[i]);
   }
   trf_vulkan_close(vulkan);
}

unsigned
trf_loader_probe(const char *selection, struct trf_screen ***screens)
{
   struct probe probe = {0};
   if (selection && *selection)
      probe.selection = selection;

   probe_drm(&probe);
   probe_vulkan(&probe);
   probe_software(&probe);

   *screens = NULL;
   if (!probe.count)
      return 0;

   const size_t size = probe.count * sizeof(*probe.screens);
   *screens = malloc(size);
   if (!*screens) {
      while (probe.count)
         trf_screen_destroy(probe.screens[--probe.count]);
      return 0;
   }
   memcpy(*screens, probe.screens, size);
   return probe.count;
}
