/* Reads PNGs with libpng's plain transformations to RGBA of 16 bits: palettes, tRNS and grey below 8 bits expanded, no
   gamma. Arguments: a file that lists the paths, and the output: for each picture little-endian 32-bit words, 0, warnings,
   width and height, then its samples as big-endian 16-bit words; or 1, the length of the message, and the message. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned warnings;
static char message[200];

static void fail(png_structp png, png_const_charp text) {
  snprintf(message, sizeof message, "%s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void warn(png_structp png, png_const_charp text) {
  (void)png;
  /* Unused bits of tRNS: masked by libpng and by us, and no fault of the picture's. */
  if (!strstr(text, "out-of-range samples for bit_depth")) warnings++;
}

static void word(FILE *out, unsigned value) {
  for (int shift = 0; shift < 32; shift += 8) fputc(value >> shift & 255, out);
}

static void refuse(FILE *out) {
  word(out, 1);
  word(out, strlen(message));
  fputs(message, out);
}

static void read_picture(const char *path, FILE *out) {
  FILE *volatile file = fopen(path, "rb");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, warn);
  png_infop info = png_create_info_struct(png);
  png_bytep volatile samples = NULL;
  png_bytepp volatile rows = NULL;
  warnings = 0;
  if (setjmp(png_jmpbuf(png))) {
    refuse(out);
  } else {
    png_init_io(png, file);
    png_read_info(png, info);
    png_set_expand_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 65535, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    if (width > 4096 || height > 4096) png_error(png, "too large for this test");
    size_t stride = png_get_rowbytes(png, info);
    if (stride != 8 * (size_t)width) png_error(png, "not RGBA of 16 bits");
    samples = calloc(height, stride);
    rows = malloc(height * sizeof *rows);
    for (png_uint_32 y = 0; y < height; y++) rows[y] = samples + y * stride;
    png_read_image(png, rows);
    png_read_end(png, NULL);
    word(out, 0);
    word(out, warnings);
    word(out, width);
    word(out, height);
    fwrite(samples, stride, height, out);
  }
  free(samples);
  free(rows);
  png_destroy_read_struct(&png, &info, NULL);
  fclose(file);
}

int main(int count, char **words) {
  char path[4096];
  if (count != 3) return 2;
  FILE *list = fopen(words[1], "r"), *out = fopen(words[2], "wb");
  if (!list || !out) return 2;
  while (fgets(path, sizeof path, list)) {
    path[strcspn(path, "\n")] = 0;
    read_picture(path, out);
  }
  fclose(list);
  return fclose(out) ? 2 : 0;
}
