/* Fails the nth call that changes a file below a folder, as a broken or a full disk does. Loaded before the C library;
 * FAILING_BELOW names the folder, FAILING_PLAN a file of four numbers: which plan it is, at which call, with which error, and
 * whether the disk is full from there on. Without that file nothing fails. Where something has, PLAN.failed is made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long plan_now, calls;

static int is_below(const char *path) {
    const char *folder = getenv("FAILING_BELOW");
    char full[2 * PATH_MAX];
    if (!folder) return 0;
    if (path[0] == '/') snprintf(full, sizeof full, "%s", path);
    else if (getcwd(full, PATH_MAX)) snprintf(full + strlen(full), PATH_MAX, "/%s", path);
    else return 0;
    return strncmp(full, folder, strlen(folder)) == 0;
}

static int is_file_below(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    /* A pipe or a socket has no path. */
    if (length < 1 || path[0] != '/') return 0;
    path[length] = 0;
    return is_below(path);
}

/* Tells whether this call fails; a full disk still renames and removes. */
static int fails(int needs_room) {
    const char *path = getenv("FAILING_PLAN");
    char text[128], failed[PATH_MAX];
    long plan, at, error, is_full;
    int before = errno, result = 0;
    if (!path) return 0;
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) { errno = before; return 0; }
    ssize_t length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    text[length < 0 ? 0 : length] = 0;
    errno = before;
    if (sscanf(text, "%ld %ld %ld %ld", &plan, &at, &error, &is_full) != 4) return 0;
    pthread_mutex_lock(&lock);
    if (plan != plan_now) { plan_now = plan; calls = 0; }
    calls++;
    if (is_full ? calls >= at && needs_room : calls == at) {
        snprintf(failed, sizeof failed, "%s.failed", path);
        file = syscall(SYS_openat, AT_FDCWD, failed, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file >= 0) syscall(SYS_close, file);
        errno = error;
        result = 1;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

#define FAIL(condition, needs_room) do { if ((condition) && fails(needs_room)) return -1; } while (0)

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        FAIL((flags & (O_CREAT | O_TRUNC)) && is_below(path), 1); \
        return NEXT(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        FAIL((flags & (O_CREAT | O_TRUNC)) && (folder == AT_FDCWD ? is_below(path) : is_file_below(folder)), 1); \
        return NEXT(name)(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

/* Functions that change an open file, and functions that change what stands at a path. */
#define ON_FILE(type, name, needs_room, file, parameters, arguments) \
    type name parameters { FAIL(is_file_below(file), needs_room); return NEXT(name) arguments; }
#define ON_PATH(name, needs_room, path, parameters, arguments) \
    int name parameters { FAIL(is_below(path), needs_room); return NEXT(name) arguments; }

ON_FILE(ssize_t, write, 1, f, (int f, const void *b, size_t n), (f, b, n))
ON_FILE(ssize_t, writev, 1, f, (int f, const struct iovec *v, int n), (f, v, n))
ON_FILE(ssize_t, pwrite64, 1, f, (int f, const void *b, size_t n, off64_t at), (f, b, n, at))
ON_FILE(ssize_t, copy_file_range, 1, g, (int f, off64_t *a, int g, off64_t *b, size_t n, unsigned x), (f, a, g, b, n, x))
ON_FILE(int, ftruncate64, 1, f, (int f, off64_t n), (f, n))
ON_FILE(int, fsync, 0, f, (int f), (f))
ON_FILE(int, fdatasync, 0, f, (int f), (f))
ON_FILE(int, fchmod, 0, f, (int f, mode_t m), (f, m))
ON_PATH(mkdir, 1, p, (const char *p, mode_t m), (p, m))
ON_PATH(link, 1, q, (const char *p, const char *q), (p, q))
ON_PATH(linkat, 1, q, (int a, const char *p, int b, const char *q, int x), (a, p, b, q, x))
ON_PATH(rename, 0, q, (const char *p, const char *q), (p, q))
ON_PATH(renameat, 0, q, (int a, const char *p, int b, const char *q), (a, p, b, q))
ON_PATH(renameat2, 0, q, (int a, const char *p, int b, const char *q, unsigned x), (a, p, b, q, x))
ON_PATH(unlink, 0, p, (const char *p), (p))
ON_PATH(rmdir, 0, p, (const char *p), (p))
