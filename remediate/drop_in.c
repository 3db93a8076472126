/* SPDX-License-Identifier: MIT */
/* Reads and composes our own file in sysctl.d (man 5 sysctl.d), stricter than systemd
 * does.
 */
#include "remediate/drop_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t";

static const char key_characters[] = "abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_.-";

static bool fail(struct error *err, size_t number, const char *what, const char *line)
{
    char quoted[ERR_QUOTE_SIZE];

    return error_set(err, ERR_MALFORMED,
                     "line %zu: %s: '%s'; expected only lines KEY = VALUE", number, what,
                     error_quote(line, quoted));
}

/* The text goes into the journal, which is JSON: UTF-8 without control characters. */
static bool is_clean(const char *line, struct text *clean)
{
    text_cut(clean, 0);
    text_add_clean(clean, line, "");
    if (clean->length != strlen(line))
        return false;
    for (size_t i = 0; i < clean->length; i++)
        if (line[i] != clean->data[i] && line[i] != '\t')
            return false;
    return true;
}

/* Cuts blanks off the end. */
static void trim_end(char *word)
{
    size_t length = strlen(word);

    while (length > 0 && strchr(blanks, word[length - 1]))
        length--;
    word[length] = '\0';
}

static bool parse_key_value(char *line, size_t number, struct drop_in *out,
                            struct error *err)
{
    size_t key_length = strspn(line, key_characters);
    char *rest = line + key_length;
    char key[SETTING_NAME_SIZE];

    rest += strspn(rest, blanks);
    if (key_length == 0 || line[0] == '-' || *rest != '=')
        return fail(err, number, "no KEY = VALUE", line);
    if (key_length >= sizeof key)
        return fail(err, number, "the key is too long", line);
    (void)snprintf(key, sizeof key, "%.*s", (int)key_length, line);
    rest++;
    rest += strspn(rest, blanks);
    trim_end(rest);
    return drop_in_set(out, key, rest, err) || error_prefix(err, "line %zu", number);
}

static bool parse_line(struct text *line, size_t number, struct drop_in *out,
                       struct error *err)
{
    struct text clean = { 0 };
    char *start = line->data + strspn(line->data, blanks);
    bool plain = is_clean(start, &clean);
    bool ok = text_ok(&clean, err);

    if (ok && !plain)
        ok = fail(err, number, "a control character, or not UTF-8", text_string(&clean));
    else if (ok && *start && *start != '#' && *start != ';')
        ok = parse_key_value(start, number, out, err);
    text_clear(&clean);
    return ok;
}

bool drop_in_parse(const char *text, struct drop_in *out, struct error *err)
{
    struct drop_in parsed = { 0 };
    struct text line = { 0 };
    bool ok = true;

    for (size_t number = 1; ok && *text; number++) {
        size_t length = strcspn(text, "\n");

        text_cut(&line, 0);
        text_add_bytes(&line, text, length);
        ok = text_ok(&line, err) && parse_line(&line, number, &parsed, err);
        text += length;
        if (*text)
            text++;
    }
    text_clear(&line);
    if (!ok) {
        drop_in_clear(&parsed);
        return false;
    }
    *out = parsed;
    return true;
}

static struct drop_in_line *find_line(struct drop_in *drop_in, const char *key)
{
    for (size_t i = 0; i < drop_in->count; i++)
        if (strcmp(drop_in->lines[i].key, key) == 0)
            return &drop_in->lines[i];
    return NULL;
}

const char *drop_in_find(const struct drop_in *drop_in, const char *key)
{
    for (size_t i = 0; i < drop_in->count; i++)
        if (strcmp(drop_in->lines[i].key, key) == 0)
            return drop_in->lines[i].value;
    return NULL;
}

bool drop_in_set(struct drop_in *drop_in, const char *key, const char *value,
                 struct error *err)
{
    struct drop_in_line *line = find_line(drop_in, key);
    char *copy;

    if (!line && drop_in->count == DROP_IN_KEYS_MAX)
        return error_set(err, ERR_LIMIT, "more than %d keys", DROP_IN_KEYS_MAX);
    copy = text_copy(value);
    if (!copy)
        return error_set(err, ERR_MEMORY, "out of memory");
    if (!line) {
        line = &drop_in->lines[drop_in->count++];
        (void)snprintf(line->key, sizeof line->key, "%s", key);
    }
    free(line->value);
    line->value = copy;
    return true;
}

void drop_in_format(const struct drop_in *drop_in, const char *note, struct text *out)
{
    text_add(out, note[0] == '#' ? "" : "# ");
    text_add_clean(out, note, "");
    text_add(out, "\n# undo: remediate_port_exhaustion undo\n");
    for (size_t i = 0; i < drop_in->count; i++)
        text_addf(out, "%s = %s\n", drop_in->lines[i].key, drop_in->lines[i].value);
}

void drop_in_clear(struct drop_in *drop_in)
{
    for (size_t i = 0; i < drop_in->count; i++)
        free(drop_in->lines[i].value);
    *drop_in = (struct drop_in){ 0 };
    /* clang-tidy 14 forgets that `count` grew with each value. */
} /* NOLINT(clang-analyzer-unix.Malloc) */
