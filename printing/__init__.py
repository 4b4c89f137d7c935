"""Draws sheets: PDF/A for paper that stays, docx for officers who write on. Knows no dossier and asks nobody."""
