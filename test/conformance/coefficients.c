/*
 * The quantised coefficients of many JPEGs as libjpeg finds them (jpeg_read_coefficients), in one process.
 *
 *   coefficients LIST OUTPUT
 *
 * LIST names one file a line. OUTPUT gets one record a file, in that order; numbers are 32 bits, little-endian:
 *   1, length, text                        where libjpeg gave up: its message
 *   0, warnings, width, height, components otherwise, and for each component:
 *     id, Hi, Vi, blocks per row, blocks per column, 64 entries of the quantisation table (natural order),
 *     all coefficients (blocks in raster order, natural order within a block) as 16-bit numbers
 */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

struct failure {
  struct jpeg_error_mgr manager;
  jmp_buf exit;
  char message[JMSG_LENGTH_MAX];
};

static void give_up(j_common_ptr info) {
  struct failure *failure = (struct failure *)info->err;
  info->err->format_message(info, failure->message);
  longjmp(failure->exit, 1);
}

static void say_nothing(j_common_ptr info) { (void)info; }

static void put(FILE *output, uint32_t value) {
  unsigned char bytes[4] = {value & 255, (value >> 8) & 255, (value >> 16) & 255, value >> 24};
  fwrite(bytes, 1, 4, output);
}

static void put_component(FILE *output, struct jpeg_decompress_struct *info, jvirt_barray_ptr array,
                          jpeg_component_info *component) {
  put(output, component->component_id);
  put(output, component->h_samp_factor);
  put(output, component->v_samp_factor);
  put(output, component->width_in_blocks);
  put(output, component->height_in_blocks);
  /* A component whose scan is missing has no table: zeros. */
  for (int k = 0; k < DCTSIZE2; k++) put(output, component->quant_table == NULL ? 0 : component->quant_table->quantval[k]);
  for (JDIMENSION row = 0; row < component->height_in_blocks; row++) {
    JBLOCKARRAY blocks = info->mem->access_virt_barray((j_common_ptr)info, array, row, 1, FALSE);
    for (JDIMENSION column = 0; column < component->width_in_blocks; column++) {
      for (int k = 0; k < DCTSIZE2; k++) {
        uint16_t value = (uint16_t)blocks[0][column][k];
        putc(value & 255, output);
        putc(value >> 8, output);
      }
    }
  }
}

static void read_file(const char *path, FILE *output) {
  struct jpeg_decompress_struct info;
  struct failure failure;
  FILE *input = fopen(path, "rb");
  if (input == NULL) {
    perror(path);
    exit(1);
  }
  info.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = give_up;
  failure.manager.output_message = say_nothing;
  jpeg_create_decompress(&info);
  if (setjmp(failure.exit)) {
    put(output, 1);
    put(output, strlen(failure.message));
    fputs(failure.message, output);
  } else {
    jpeg_stdio_src(&info, input);
    jpeg_read_header(&info, TRUE);
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(&info);
    put(output, 0);
    put(output, info.err->num_warnings);
    put(output, info.image_width);
    put(output, info.image_height);
    put(output, info.num_components);
    for (int index = 0; index < info.num_components; index++) {
      put_component(output, &info, arrays[index], &info.comp_info[index]);
    }
  }
  jpeg_destroy_decompress(&info);
  fclose(input);
}

int main(int count, char **arguments) {
  char line[4096];
  if (count != 3) {
    fputs("usage: coefficients LIST OUTPUT\n", stderr);
    return 2;
  }
  FILE *list = fopen(arguments[1], "r");
  FILE *output = fopen(arguments[2], "wb");
  if (list == NULL || output == NULL) {
    perror("coefficients");
    return 1;
  }
  while (fgets(line, sizeof line, list) != NULL) {
    line[strcspn(line, "\n")] = 0;
    read_file(line, output);
  }
  fclose(list);
  return fclose(output) == 0 ? 0 : 1;
}
