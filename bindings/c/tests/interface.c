/* What fanjian.h promises. Says nothing when all holds, and else ends with the line. */

#include <fanjian.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stderr, "%s:%d: %s; %s\n", __FILE__, __LINE__, #condition,     \
              fanjian_error());                                              \
      exit(1);                                                               \
    }                                                                        \
  } while (0)

static void check_output(fanjian_status status, char* output, size_t length, const char* expected) {
  CHECK(status == FANJIAN_OK);
  CHECK(length == strlen(expected));
  CHECK(strcmp(output, expected) == 0);
  fanjian_free(output);
}

static void conversions(void) {
  char* output;
  size_t length;
  fanjian_status status =
      fanjian_convert("s2twp", "软件里的头发", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "軟體裡的頭髮");
  status = fanjian_convert("s2t.json", "头发", 3, &output, &length);
  check_output(status, output, length, "頭");
  status = fanjian_normalize("repair", "开会了,真的吗?", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "开会了，真的吗？");
  /* A NUL is a character like others. */
  status = fanjian_convert("s2t", "发\0现", 7, &output, &length);
  CHECK(status == FANJIAN_OK && length == 7 && memcmp(output, "發\0現", 8) == 0);
  fanjian_free(output);
  /* Nobody need ask for the length, and no text is a text. */
  CHECK(fanjian_convert("s2t", "", 0, &output, NULL) == FANJIAN_OK);
  CHECK(output[0] == '\0');
  fanjian_free(output);
  fanjian_free(NULL);
}

static void pipelines(void) {
  fanjian_pipeline* pipeline;
  char* output;
  size_t length;
  CHECK(fanjian_pipeline_new("taiwan", "s2twp", 0, &pipeline) == FANJIAN_OK);
  fanjian_status status =
      fanjian_process(pipeline, "他说:“用软件”", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "他說：「用軟體」");
  fanjian_pipeline_free(pipeline);

  CHECK(fanjian_pipeline_new(NULL, "s2t", FANJIAN_MARKDOWN, &pipeline) == FANJIAN_OK);
  status = fanjian_process(pipeline, "头发 `头发`", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "頭髮 `头发`");
  fanjian_pipeline_free(pipeline);

  CHECK(fanjian_pipeline_new(NULL, "s2tw", FANJIAN_CONTEXT, &pipeline) == FANJIAN_OK);
  status = fanjian_process(pipeline, "我很佩服余委员", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "我很佩服余委員");
  fanjian_pipeline_free(pipeline);

  /* A pipeline of nothing changes nothing. */
  CHECK(fanjian_pipeline_new(NULL, NULL, 0, &pipeline) == FANJIAN_OK);
  status = fanjian_process(pipeline, "头发", FANJIAN_TERMINATED, &output, &length);
  check_output(status, output, length, "头发");
  fanjian_pipeline_free(pipeline);
  fanjian_pipeline_free(NULL);
}

static void detection(void) {
  fanjian_detection detected;
  CHECK(fanjian_detect("這個軟體", FANJIAN_TERMINATED, &detected) == FANJIAN_OK);
  CHECK(detected.script == FANJIAN_TRADITIONAL);
  CHECK(strcmp(detected.variety, "zh-Hant-TW") == 0);
  CHECK(detected.han == 4 && detected.confidence > 0 && detected.confidence <= 1);
  CHECK(fanjian_detect("abc", FANJIAN_TERMINATED, &detected) == FANJIAN_OK);
  CHECK(detected.script == FANJIAN_NEITHER && detected.variety == NULL);
}

static void errors(void) {
  fanjian_pipeline* pipeline = NULL;
  char* output = NULL;
  size_t length = 77;
  CHECK(fanjian_convert("s2x", "", 0, &output, &length) == FANJIAN_UNKNOWN_NAME);
  CHECK(strstr(fanjian_error(), "s2x") != NULL && strstr(fanjian_error(), "s2twp") != NULL);
  CHECK(fanjian_normalize("nice", "", 0, &output, &length) == FANJIAN_UNKNOWN_NAME);
  CHECK(strstr(fanjian_error(), "nice") != NULL);
  CHECK(fanjian_pipeline_new("\xFF", NULL, 0, &pipeline) == FANJIAN_UNKNOWN_NAME);
  CHECK(fanjian_pipeline_new(NULL, NULL, 1u << 30, &pipeline) == FANJIAN_UNKNOWN_OPTION);
  CHECK(fanjian_pipeline_new(NULL, NULL, FANJIAN_MARKDOWN | FANJIAN_HTML, &pipeline) ==
        FANJIAN_UNKNOWN_OPTION);
  CHECK(fanjian_convert("s2t", "发\xE5\x8F", 5, &output, &length) == FANJIAN_INVALID_UTF8);
  CHECK(strstr(fanjian_error(), "byte 3") != NULL);
  CHECK(fanjian_convert(NULL, "", 0, &output, &length) == FANJIAN_NULL_POINTER);
  CHECK(fanjian_convert("s2t", NULL, 0, &output, &length) == FANJIAN_NULL_POINTER);
  CHECK(fanjian_convert("s2t", "", 0, NULL, &length) == FANJIAN_NULL_POINTER);
  CHECK(fanjian_process(NULL, "", 0, &output, &length) == FANJIAN_NULL_POINTER);
  CHECK(fanjian_pipeline_new(NULL, NULL, 0, NULL) == FANJIAN_NULL_POINTER);
  CHECK(fanjian_detect("", 0, NULL) == FANJIAN_NULL_POINTER);
  CHECK(strcmp(fanjian_error(), "detection is null") == 0);
  /* Nothing was written. */
  CHECK(pipeline == NULL && output == NULL && length == 77);
}

int main(void) {
  CHECK(strcmp(fanjian_error(), "") == 0);
  CHECK(strchr(fanjian_version(), '.') != NULL);
  conversions();
  pipelines();
  detection();
  errors();
  return 0;
}
