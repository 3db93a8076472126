/* SPDX-License-Identifier: MIT */
/* Reasons and notes are written by programs: names in them are quoted, or no plain words.
 */
#include "checks/model/stand_in_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/compiler.h"

/* What is written, and how much of it there is. */
struct line {
    char *out;
    size_t size;
    size_t length;
};

static void add(struct line *line, struct text_span span)
{
    const size_t room = line->size - 1 - line->length;
    const size_t length = span.length < room ? span.length : room;

    memcpy(line->out + line->length, span.text, length);
    line->length += length;
    line->out[line->length] = '\0';
}

static struct text_span span_of(const char *text)
{
    return (struct text_span){ text, strlen(text) };
}

static bool is_text(struct text_span span, const char *text)
{
    return strlen(text) == span.length && memcmp(span.text, text, span.length) == 0;
}

static bool begins(struct text_span span, const char *with)
{
    return strlen(with) <= span.length && memcmp(span.text, with, strlen(with)) == 0;
}

/* What is left of it behind `length` bytes. */
static struct text_span behind(struct text_span span, size_t length)
{
    return (struct text_span){ span.text + length, span.length - length };
}

static bool is_one_of(char c, const char *characters)
{
    return c != '\0' && strchr(characters, c);
}

/* How many bytes at its end are of `characters`. */
static size_t count_at_end(struct text_span span, const char *characters)
{
    size_t count = 0;

    while (count < span.length &&
           is_one_of(span.text[span.length - 1 - count], characters))
        count++;
    return count;
}

static bool is_of(struct text_span word, const char *characters)
{
    return word.length > 0 && count_at_end(word, characters) == word.length;
}

#define LOWER       "abcdefghijklmnopqrstuvwxyz"
#define UPPER       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS      "0123456789"
#define PUNCTUATION ",;:.)!?"

/* "not", "bound-only", "can't". */
static bool is_words(struct text_span word)
{
    return is_of(word, LOWER UPPER "_-'") && *word.text != '\'' &&
           count_at_end(word, "'") == 0;
}

/* Words of the program and of the system, and numbers. */
static bool is_plain(struct text_span word)
{
    static const char *const own[] = { "IPv4", "IPv6", "AF_INET6", "1's",
                                       "root\\StandardCimv2" };
    static const char *const settings[] = { "net.ipv4.",
                                            "net.ipv6.",
                                            "net.core.",
                                            "/proc/net/",
                                            "/proc/net/stat/",
                                            "/proc/sys/net/ipv4/",
                                            "/proc/sys/net/netfilter/" };

    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (is_text(word, own[i]))
            return true;
    for (size_t i = 0; i < ARRAY_COUNT(settings); i++)
        if (begins(word, settings[i]) &&
            is_of(behind(word, strlen(settings[i])), LOWER DIGITS "_"))
            return true;
    if (begins(word, "0x"))
        return is_of(behind(word, 2), DIGITS "abcdefABCDEF");
    if (word.length > 2 && is_text(behind(word, word.length - 2), "()"))
        word.length -= 2;
    if (begins(word, ":") && word.length > 1)
        return is_of(behind(word, 1), DIGITS); /* the line of a file */
    return is_of(word, DIGITS "%") || is_of(word, PUNCTUATION) || is_words(word);
}

static bool add_address(struct line *line, struct stand_ins *known, struct text_span word)
{
    char text[IP_ADDRESS_TEXT_SIZE];
    struct ip_address address;

    if (word.length >= sizeof text)
        return false;
    memcpy(text, word.text, word.length);
    text[word.length] = '\0';
    if (!ip_address_parse(text, &address))
        return false;
    address = stand_in_address(known, &address);
    ip_address_format(&address, text);
    add(line, span_of(text));
    return true;
}

static void add_file(struct line *line, struct stand_ins *known, struct text_span word)
{
    char name[64];

    stand_in_span(known, NAMED_FILE, word, name, sizeof name);
    add(line, span_of(name));
}

/* A word without the punctuation around it. */
static void add_word(struct line *line, struct stand_ins *known, struct text_span word)
{
    if (is_plain(word))
        add(line, word);
    else if (begins(word, "/"))
        add_file(line, known, word);
    else if (!add_address(line, known, word))
        add(line, span_of("?"));
}

/* The punctuation behind a word; "()" is a part of it. */
static size_t punctuation_of(struct text_span word)
{
    const size_t count = count_at_end(word, PUNCTUATION);
    const bool calls = word.length > 2 && is_text(behind(word, word.length - 2), "()");

    return calls || count == word.length ? 0 : count;
}

static struct text_span without_punctuation(struct text_span word)
{
    word.length -= punctuation_of(word);
    return word;
}

/* How long the word is that begins there: up to the next blank; of what is quoted, up to
 * the word that ends the quote; of a file, whose name may have blanks, up to a colon. */
static size_t word_length(const char *text)
{
    const bool is_quoted = is_one_of(*text, "'\"");
    const size_t colon = strcspn(text, ":");
    size_t length = strcspn(text, " ");

    while (is_quoted && text[length] != '\0' && !memchr(text + 1, *text, length - 1))
        length += 1 + strcspn(text + length + 1, " ");
    if (*text != '/' || text[colon] == '\0' ||
        is_plain(without_punctuation((struct text_span){ text, length })))
        return length;
    return colon;
}

static void add_with_punctuation(struct line *line, struct stand_ins *known,
                                 struct text_span word)
{
    const struct text_span bare = without_punctuation(word);

    add_word(line, known, bare);
    add(line, behind(word, bare.length));
}

/* Adds what begins there, which is no blank, and returns how long it is. */
static size_t add_next(struct line *line, struct stand_ins *known, const char *text)
{
    const struct text_span word = { text, word_length(text) };
    char name[64];
    size_t length = 0;

    if (strspn(text, DIGITS) != without_punctuation(word).length)
        length = stand_in_known(known, text, name, sizeof name);
    if (length > 0) {
        add(line, span_of(name));
        return length;
    }
    add_with_punctuation(line, known, word);
    return word.length;
}

void stand_in_text(struct stand_ins *known, const char *text, char *out, size_t size)
{
    struct line line = { .out = out, .size = size };

    out[0] = '\0';
    while (*text) {
        const struct text_span between = { text, strspn(text, " (") };

        add(&line, between);
        text += between.length;
        if (*text)
            text += add_next(&line, known, text);
    }
}
