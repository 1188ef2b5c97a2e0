#include "mission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mission_line mission_find(const char *name)
{
    mission_line found = {0.0, {0.0L}, 0};
    char line[2048];
    const size_t length = strlen(name);
    FILE *file = fopen(FLX_TEST_DATA "/mission.ref", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *at = line + length, *end;
        if (strncmp(line, name, length) != 0 || *at != ' ') continue;
        found.x = strtod(at, &at);
        while (found.count < 12) {
            found.value[found.count] = strtold(at, &end);
            if (end == at) break;
            at = end;
            found.count++;
        }
        break;
    }
    if (file) fclose(file);
    return found;
}
