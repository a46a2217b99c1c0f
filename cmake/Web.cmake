# tally_embed_web(): builds the pages of web/ with Vite and the API documents of docs/openapi, when they changed, and
#   embeds them in the module web.
function(tally_embed_web)
    find_program(NODE node REQUIRED)
    find_program(NPM npm REQUIRED)
    set(web ${PROJECT_SOURCE_DIR}/web)
    set(out ${PROJECT_BINARY_DIR}/web)
    file(GLOB manifests CONFIGURE_DEPENDS ${web}/package*.json ${web}/*/package.json)
    file(GLOB_RECURSE pages CONFIGURE_DEPENDS ${web}/player/* ${web}/reference/*)
    list(FILTER pages EXCLUDE REGEX "/node_modules/")
    set(documents ${PROJECT_SOURCE_DIR}/docs/openapi)
    file(GLOB documents_parts CONFIGURE_DEPENDS ${documents}/*.yaml)

    # npm writes this file last. It is newer than the lock file while what is installed is what is locked.
    set(installed ${web}/node_modules/.package-lock.json)
    add_custom_command(
        OUTPUT ${installed}
        COMMAND ${NPM} ci --prefer-offline --loglevel=error
        DEPENDS ${manifests}
        WORKING_DIRECTORY ${web}
        COMMENT "Installing the packages of the browser pages"
    )
    add_custom_command(
        OUTPUT ${out}/assets.cpp
        COMMAND ${CMAKE_COMMAND} -E env TALLY_WEB_DIST=${out}/dist ${NPM} run --silent build -- --logLevel warn
        COMMAND ${NODE} ${web}/tools/openapi.mjs ${documents} ${out}/dist/openapi
        COMMAND ${NODE} ${web}/tools/embed.mjs ${out}/dist ${out}
        DEPENDS ${installed} ${pages} ${documents_parts} ${web}/tools/openapi.mjs ${web}/tools/embed.mjs ${web}/vite.config.ts ${web}/tsconfig.json
        WORKING_DIRECTORY ${web}
        COMMENT "Building the browser pages"
    )
    target_sources(tally_web PRIVATE ${out}/assets.cpp)
endfunction()

# tally_embed_user_agents(<target>): embeds the patterns of the package uap-core. After tally_embed_web().
function(tally_embed_user_agents target)
    set(web ${PROJECT_SOURCE_DIR}/web)
    set(output ${PROJECT_BINARY_DIR}/user_agents.cpp)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${NODE} ${web}/tools/user_agents.mjs ${web}/node_modules/uap-core/regexes.yaml ${output}
        DEPENDS ${web}/node_modules/.package-lock.json ${web}/tools/user_agents.mjs
        WORKING_DIRECTORY ${web}
        COMMENT "Embedding the patterns of User-Agents"
    )
    target_sources(${target} PRIVATE ${output})
endfunction()
