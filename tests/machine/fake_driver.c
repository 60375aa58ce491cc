/* A driver without a GPU: libnvidia-ml.so.1 and libcuda.so.1 in one file, for tests.

   It says what FAKE_GPU says, "name|driver|capability|total MiB|used MiB", and answers as the real
   library does in what is asked of it. Whoever initialises CUDA is written into FAKE_CUDA_LOG. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned int version; unsigned long long total, reserved, free, used; } MemoryV2;
typedef struct { unsigned int gpu, memory; } Rates;
typedef struct { unsigned int pid; unsigned long long used; unsigned int gi, ci; } Process;

static const char *field(int wanted) {
    static char text[512];
    const char *given = getenv("FAKE_GPU");
    if (!given) return "";
    strncpy(text, given, sizeof text - 1);
    char *rest = text, *part = strsep(&rest, "|");
    while (wanted-- && part) part = strsep(&rest, "|");
    return part ? part : "";
}

static unsigned long long mebibytes(int wanted) { return strtoull(field(wanted), 0, 10) << 20; }

int nvmlInit_v2(void) { return getenv("FAKE_GPU") ? 0 : 9; /* driver not loaded */ }
int nvmlInitWithFlags(unsigned int flags) { (void)flags; return nvmlInit_v2(); }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { return code == 9 ? "Driver Not Loaded" : "Not Supported"; }

int nvmlSystemGetDriverVersion(char *text, unsigned int length) {
    snprintf(text, length, "%s", field(1));
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 1; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **handle) {
    *handle = (void *)1;
    return index ? 2 : 0;
}
int nvmlDeviceGetIndex(void *gpu, unsigned int *index) { (void)gpu; *index = 0; return 0; }
int nvmlDeviceGetName(void *gpu, char *text, unsigned int length) {
    (void)gpu;
    snprintf(text, length, "%s", field(0));
    return 0;
}
int nvmlDeviceGetUUID(void *gpu, char *text, unsigned int length) {
    (void)gpu;
    snprintf(text, length, "GPU-5ca1ab1e-0000-0000-0000-000000000000");
    return 0;
}
int nvmlDeviceGetMemoryInfo(void *gpu, Memory *memory) {
    (void)gpu;
    memory->total = mebibytes(3);
    memory->used = mebibytes(4);
    memory->free = memory->total - memory->used;
    return 0;
}
int nvmlDeviceGetUtilizationRates(void *gpu, Rates *rates) {
    (void)gpu;
    rates->gpu = 37;
    rates->memory = 12;
    return 0;
}
int nvmlDeviceGetTemperature(void *gpu, int sensor, unsigned int *celsius) {
    (void)gpu;
    (void)sensor;
    *celsius = 54;
    return 0;
}
int nvmlDeviceGetPowerUsage(void *gpu, unsigned int *milliwatts) {
    (void)gpu;
    *milliwatts = 312500;
    return 0;
}
int nvmlDeviceGetCudaComputeCapability(void *gpu, int *major, int *minor) {
    (void)gpu;
    return sscanf(field(2), "%d.%d", major, minor) == 2 ? 0 : 3;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *gpu, unsigned int *count, Process *processes) {
    (void)gpu;
    unsigned int room = *count;
    *count = mebibytes(4) ? 1 : 0;
    if (*count > room) return 7; /* insufficient size */
    if (*count) processes[0] = (Process){getppid(), mebibytes(4), 0, 0};
    return 0;
}

int cuInit(unsigned int flags) {
    (void)flags;
    const char *log = getenv("FAKE_CUDA_LOG");
    int file = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file >= 0) {
        dprintf(file, "%d\n", getpid());
        close(file);
    }
    return 100; /* no device */
}
/* What the extensions of vLLM link against and do not call as they are imported. */
#define NEVER_CALLED(name) int name(void) { return 3; /* not initialised */ }
NEVER_CALLED(cuCtxGetCurrent)
NEVER_CALLED(cuCtxSetCurrent)
NEVER_CALLED(cuDeviceGetAttribute)
NEVER_CALLED(cuDevicePrimaryCtxRetain)
NEVER_CALLED(cuGetErrorString)
NEVER_CALLED(cuGetProcAddress_v2)
NEVER_CALLED(cuMemAddressFree)
NEVER_CALLED(cuMemAddressReserve)
NEVER_CALLED(cuMemCreate)
NEVER_CALLED(cuMemGetAllocationGranularity)
NEVER_CALLED(cuMemMap)
NEVER_CALLED(cuMemRelease)
NEVER_CALLED(cuMemSetAccess)
NEVER_CALLED(cuMemUnmap)
NEVER_CALLED(cuPointerGetAttribute)
NEVER_CALLED(cuTensorMapEncodeTiled)
int cuDriverGetVersion(int *version) { *version = 13000; return 0; }
int cuDeviceGetCount(int *count) { *count = 0; return 3; /* not initialised */ }
