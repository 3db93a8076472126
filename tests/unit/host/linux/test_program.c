/* SPDX-License-Identifier: MIT */
/* Standard input, as whoever starts a program on Linux may give it. */
#include "checks/host/program.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE "CRITICAL HARD 3 0\n"

enum { LIMIT = 100, BARKED = 42, PATIENCE_S = 20 };

/* `fd` becomes standard input, and is closed. */
static void given_stdin(int fd)
{
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(fd), 0);
}

/* One end of a pair of sockets is standard input; the other one. */
static int given_socket(void)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    given_stdin(ends[0]);
    return ends[1];
}

static void given_no_blocking(void)
{
    assert_int_equal(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
}

/* Another process that writes the line to `fd` after a while, and ends. */
static pid_t given_slow_writer(int fd)
{
    const struct timespec delay = { .tv_nsec = 50000000 };
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)nanosleep(&delay, NULL);
        _exit(write(fd, LINE, strlen(LINE)) == (ssize_t)strlen(LINE) ? 0 : 1);
    }
    assert_int_equal(close(fd), 0);
    return child;
}

static int ended(pid_t child)
{
    int status = -1;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_the_line(void)
{
    struct error err = { 0 };
    struct text out = { 0 };

    if (!program_read_file("-", LIMIT, &out, &err))
        fail_msg("%s", err.message);

    assert_string_equal(text_string(&out), LINE);
    text_clear(&out);
}

static void test_read_file_takes_a_socket_as_standard_input(void **state)
{
    int other = given_socket();
    (void)state;

    assert_int_equal(write(other, LINE, strlen(LINE)), strlen(LINE));
    assert_int_equal(shutdown(other, SHUT_WR), 0);

    expect_the_line();
    assert_int_equal(close(other), 0);
}

static void test_read_file_waits_where_a_socket_does_not_block(void **state)
{
    pid_t writer = given_slow_writer(given_socket());
    (void)state;

    given_no_blocking();

    expect_the_line();
    assert_int_equal(ended(writer), 0);
}

static void test_read_file_waits_where_a_pipe_does_not_block(void **state)
{
    int ends[2];
    pid_t writer;
    (void)state;

    assert_int_equal(pipe(ends), 0);
    given_stdin(ends[0]);
    writer = given_slow_writer(ends[1]);
    given_no_blocking();

    expect_the_line();
    assert_int_equal(ended(writer), 0);
}

static void test_read_file_keeps_to_its_limit_on_a_socket(void **state)
{
    int other = given_socket();
    struct error err = { 0 };
    struct text out = { 0 };
    (void)state;

    assert_int_equal(write(other, LINE, strlen(LINE)), strlen(LINE));

    assert_false(program_read_file("-", 3, &out, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "'-' is larger than 3 bytes");
    assert_int_equal(close(other), 0);
}

static void test_read_file_refuses_a_device_as_standard_input(void **state)
{
    struct error err = { 0 };
    struct text out = { 0 };
    (void)state;

    given_stdin(open("/dev/null", O_RDONLY | O_CLOEXEC));

    assert_false(program_read_file("-", LIMIT, &out, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.message, "cannot read '-': expected a file or a pipe");
}

/* The child: reads what never ends, with the watchdog behind it. */
static void read_for_ever(void)
{
    const struct watchdog_plan plan = {
        .seconds = 1, .exit_code = BARKED, .before = "", .after = ""
    };
    struct error err = { 0 };
    struct text out = { 0 };

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!program_watchdog_start(&plan, &err))
        _exit(1);
    program_watchdog_mute();
    _exit(program_read_file("-", LIMIT, &out, &err) ? 2 : 3);
}

static void expect_a_bark(bool blocking)
{
    int other = given_socket();
    pid_t child;

    if (!blocking)
        given_no_blocking();
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        read_for_ever();
    (void)alarm(PATIENCE_S);
    assert_int_equal(ended(child), BARKED);
    (void)alarm(0);
    assert_int_equal(close(other), 0);
}

static void test_watchdog_ends_the_reading_of_a_socket(void **state)
{
    (void)state;

    expect_a_bark(true);
    expect_a_bark(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_file_takes_a_socket_as_standard_input),
        cmocka_unit_test(test_read_file_waits_where_a_socket_does_not_block),
        cmocka_unit_test(test_read_file_waits_where_a_pipe_does_not_block),
        cmocka_unit_test(test_read_file_keeps_to_its_limit_on_a_socket),
        cmocka_unit_test(test_read_file_refuses_a_device_as_standard_input),
        cmocka_unit_test(test_watchdog_ends_the_reading_of_a_socket),
    };

    return cmocka_run_group_tests_name("host/program", tests, NULL, NULL);
}
