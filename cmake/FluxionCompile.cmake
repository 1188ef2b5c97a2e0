# How everything in this project is compiled.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
endif()

set(fluxion_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion
    -Wstrict-prototypes -Wmissing-prototypes)
if(FLUXION_WERROR)
    list(APPEND fluxion_warnings -Werror)
endif()

# fluxion_compile(target): warnings, IEEE arithmetic operation by operation, sanitizers.
function(fluxion_compile target)
    target_compile_options(${target} PRIVATE ${fluxion_warnings} -ffp-contract=off)
endfunction()

# A finding ends the program, so that no test runner can overlook it.
if(FLUXION_SANITIZE)
    add_compile_options(-fsanitize=${FLUXION_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${FLUXION_SANITIZE})
endif()
