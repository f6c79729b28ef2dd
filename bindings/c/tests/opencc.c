/* A program for OpenCC's C interface: prints what the interface does, so that the output
 * with one library can be compared with that of another.
 *
 * opencc TEXTS CONFIGURATION...: TEXTS has a text a line, of any bytes but NUL. */

#include <opencc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL ((size_t)-1)
#define FAILED ((opencc_t)-1)

/* More than any conversion makes of a text, its NUL and a byte behind it. */
static size_t room(const char* text) { return 8 * strlen(text) + 2; }

/* An error has a text; of those for bytes that are not UTF-8, the beginning is the same. */
static void print_error(void) {
  const char* error = opencc_error();
  if (strncmp(error, "Invalid UTF8: ", 14) == 0) {
    error = "Invalid UTF8";
  }
  printf("error: %s\n", error);
}

static void convert(opencc_t opencc, const char* text, size_t length) {
  char* converted = opencc_convert_utf8(opencc, text, length);
  if (converted == NULL) {
    printf("null, ");
    print_error();
  } else {
    printf("%s\n", converted);
  }

  char* buffer = malloc(room(text));
  memset(buffer, '#', room(text));
  size_t written = opencc_convert_utf8_to_buffer(opencc, text, length, buffer);
  if (written == ALL) {
    /* Nothing is written where nothing is converted. */
    printf("-1 %c, ", buffer[0]);
    print_error();
  } else {
    int same = converted != NULL && strcmp(converted, buffer) == 0;
    printf("%zu bytes, %s, then %c\n", written, same ? "the same" : buffer, buffer[written + 1]);
  }
  free(buffer);
  opencc_convert_utf8_free(converted);
}

static void fail_to_open(const char* name) {
  printf("%s: ", name);
  opencc_t opencc = opencc_open(name);
  if (opencc == FAILED) {
    print_error();
  } else {
    printf("opened, closed with %d\n", opencc_close(opencc));
  }
}

static void convert_texts(const char* path, opencc_t opencc) {
  FILE* texts = fopen(path, "rb");
  if (texts == NULL) {
    perror(path);
    exit(2);
  }
  static char line[1 << 16];
  while (fgets(line, sizeof line, texts) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    convert(opencc, line, ALL);
  }
  fclose(texts);
}

/* Lengths of all kinds, also those that end within a character. */
static void convert_lengths(opencc_t opencc) {
  const char* text = "头发发现，软件里面";
  for (size_t length = 0; length <= strlen(text); length++) {
    convert(opencc, text, length);
  }
  convert(opencc, "", ALL);
}

int main(int count, char** arguments) {
  if (count < 3) {
    fprintf(stderr, "opencc TEXTS CONFIGURATION...\n");
    return 2;
  }
  printf("before any error: \"%s\"\n", opencc_error());
  for (int place = 2; place < count; place++) {
    printf("== %s\n", arguments[place]);
    opencc_t opencc = opencc_open(arguments[place]);
    if (opencc == FAILED) {
      print_error();
      continue;
    }
    convert_lengths(opencc);
    convert_texts(arguments[1], opencc);
    printf("closed with %d\n", opencc_close(opencc));
  }

  printf("== the default\n");
  opencc_t opencc = opencc_open(NULL);
  convert(opencc, "头发发现", ALL);
  /* Two descriptors of one configuration are independent. */
  opencc_t second = opencc_open(OPENCC_DEFAULT_CONFIG_TRAD_TO_SIMP);
  opencc_close(opencc);
  convert(second, "頭髮發現", ALL);
  opencc_close(second);

  printf("== errors\n");
  fail_to_open("nothing.json");
  fail_to_open("S2T");
  fail_to_open("s2t.jso");
  fail_to_open("/nowhere/s2t.json");
  fail_to_open("nowhere/s2t");
  printf("null closed with %d\n", opencc_close(NULL));
  opencc_convert_utf8_free(NULL);
  return 0;
}
