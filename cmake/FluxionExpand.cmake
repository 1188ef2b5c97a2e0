# cmake --build <dir> --target expand: every source with its templates included and macros
# expanded, formatted, for reading; in <dir>/expand/<folder>/<file>.
add_custom_target(expand
    COMMAND "${CMAKE_COMMAND}" -E env "CC=${CMAKE_C_COMPILER}"
            "${PROJECT_SOURCE_DIR}/scripts/expand" "${PROJECT_BINARY_DIR}/expand"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    VERBATIM)
