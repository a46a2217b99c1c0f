// A plugin of clang for tools/lint: the checks look at what the sources of this project declare, not at the
// headers of the system, where they find nothing that is shown and spend nine tenths of their time.
#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/FrontendPluginRegistry.h>

#include <memory>
#include <string>
#include <vector>

namespace {

bool is_own(const clang::SourceManager& sources, const clang::Decl& declaration) {
    const auto place = sources.getExpansionLoc(declaration.getLocation());
    return place.isValid() && !sources.isInSystemHeader(place);
}

class OwnDeclarations : public clang::ASTConsumer {
    void HandleTranslationUnit(clang::ASTContext& context) override {
        std::vector<clang::Decl*> own;
        for (auto* declaration : context.getTranslationUnitDecl()->decls())
            if (is_own(context.getSourceManager(), *declaration)) own.push_back(declaration);
        context.setTraversalScope(own);
    }
};

class BeforeTheChecks : public clang::PluginASTAction {
    std::unique_ptr<clang::ASTConsumer>
    CreateASTConsumer(clang::CompilerInstance& /*compiler*/, llvm::StringRef /*file*/) override {
        return std::make_unique<OwnDeclarations>();
    }

    bool ParseArgs(const clang::CompilerInstance& /*compiler*/, const std::vector<std::string>& /*words*/)
        override {
        return true;
    }

    ActionType getActionType() override { return AddBeforeMainAction; }
};

const clang::FrontendPluginRegistry::Add<BeforeTheChecks> registered(
    "own-declarations", "leaves system headers out"
);

}  // namespace
